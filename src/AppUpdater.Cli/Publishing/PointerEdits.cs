using System.Collections.Immutable;
using AppUpdater.Releases;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Cli.Publishing;

/// <summary>What became of a channel's pointer.</summary>
internal sealed record PointerEdit(string Channel, NuGetVersion Version, long Sequence, int Rollout, DateTimeOffset? Expires);

/// <summary>
/// Changes what the signed pointers say, one after the other: each is read, verified, changed, signed with a higher sequence and replaced.
/// </summary>
internal sealed class PointerEdits(IRemoteTarget target, PublisherKeys keys, TimeProvider clock, Action<string> note, bool overrideLock)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>A channel gets a release that lies there.</summary>
    internal Task<ImmutableArray<PointerEdit>> PromoteAsync(NuGetVersion version, string channel, int rollout, CancellationToken ct) => RunAsync(
        state => [channel],
        (state, _) =>
        {
            var before = state.Pointer(channel);
            var release = Find(state, version, before?.Version.Platform);
            var source = state.Pointers.FirstOrDefault(pointer => pointer.Manifest == release.Manifest);
            return Task.FromResult<(VersionFile, ListedRelease?)>((PointerWriter.New(state.App!, channel, release) with
            {
                Published = clock.GetUtcNow(),
                Rollout = rollout,
                Minimum = source?.Version.Minimum ?? before?.Version.Minimum,
                Expires = Expiry.Of(wanted: null, before?.Version.Expires is null ? source?.Version : before.Version, clock.GetUtcNow()),
                Moved = before?.Version.Moved,
            }, null));
        },
        ct);

    /// <summary>More or fewer installs see a version, wherever it is in force.</summary>
    internal Task<ImmutableArray<PointerEdit>> RolloutAsync(NuGetVersion version, int percent, CancellationToken ct) =>
        ChangeAsync(state => Naming(state, version), pointer => pointer with { Rollout = percent }, ct);

    internal Task<ImmutableArray<PointerEdit>> HaltAsync(string channel, CancellationToken ct) =>
        ChangeAsync(state => [Existing(state, channel).Channel], pointer => pointer with { Rollout = 0 }, ct);

    /// <param name="channel">Null renews all.</param>
    /// <param name="expires">From now on, or <see cref="Expiry.Never"/>; null: for the term that each has, or else a year.</param>
    /// <param name="ct">Ends it.</param>
    internal Task<ImmutableArray<PointerEdit>> RenewAsync(string? channel, TimeSpan? expires, CancellationToken ct) => ChangeAsync(
        state => channel is null ? All(state) : [Existing(state, channel).Channel], pointer => Renewed(pointer, expires), ct);

    /// <summary>With the time of its signing, from which its term counts.</summary>
    private VersionFile Renewed(VersionFile pointer, TimeSpan? expires) =>
        pointer with { Published = clock.GetUtcNow(), Expires = Expiry.Of(expires ?? Expiry.TermOf(pointer) ?? Year, before: null, clock.GetUtcNow()) };

    /// <summary>Tells all installs where to look from now on.</summary>
    internal Task<ImmutableArray<PointerEdit>> MoveAsync(string url, CancellationToken ct) => ChangeAsync(All, pointer => pointer with { Moved = url }, ct);

    /// <summary>Every channel that has the version goes back to the newest other one on the server.</summary>
    internal Task<ImmutableArray<PointerEdit>> WithdrawAsync(NuGetVersion version, CancellationToken ct) => RunAsync(
        state => Naming(state, version),
        async (state, pointer) =>
        {
            var gone = state.Releases.First(release => release.Manifest == pointer!.Manifest);
            var candidates = state.Releases.Where(release => release.Version != version && release.Platform == gone.Platform && !release.IsWithdrawn);
            var whole = await EarlierReleases.ReadAsync(target, [.. candidates], note, ct);
            var back = whole.LastOrDefault(release => release.IsWhole)?.Listed ?? throw new InstallException(
                $"{version} can't be withdrawn: {target.Location} holds no other release for {gone.Platform} to go back to. Use release halt, or publish the one before again.");
            return (PointerWriter.New(pointer!.Version.App, pointer.Channel, back) with
            {
                Published = clock.GetUtcNow(),
                Expires = Expiry.Of(wanted: null, pointer.Version, clock.GetUtcNow()),
                Minimum = pointer.Version.Minimum is { } minimum && minimum <= back.Version ? minimum : null,
                Moved = pointer.Version.Moved,
            }, gone with { IsWithdrawn = true });
        },
        ct);

    /// <summary>The release of a version that lies on the server.</summary>
    /// <exception cref="SettingsException">There is none, it was withdrawn, or there are several.</exception>
    internal static ListedRelease Find(ServerState state, NuGetVersion version, string? platform)
    {
        var found = state.Releases.Where(release => release.Version == version && (platform is null || release.Platform == platform)).ToList();
        return found switch
        {
            [] => throw new SettingsException($"Version {version}{(platform is null ? "" : $" for {platform}")} is not there. release list shows what is."),
            [{ IsWithdrawn: true }] => throw new SettingsException($"Version {version} was withdrawn. Publish it again, or publish a higher version."),
            [var one] => one,
            _ => throw new SettingsException($"Version {version} is there for several platforms; each has a channel of its own, so that publish must name it."),
        };
    }

    private Task<ImmutableArray<PointerEdit>> ChangeAsync(
        Func<ServerState, ImmutableArray<string>> channels, Func<VersionFile, VersionFile> change, CancellationToken ct) =>
        RunAsync(channels, (_, pointer) => Task.FromResult((change(pointer!.Version), (ListedRelease?)null)), ct);

    private async Task<ImmutableArray<PointerEdit>> RunAsync(
        Func<ServerState, ImmutableArray<string>> channels, Func<ServerState, LivePointer?, Task<(VersionFile Next, ListedRelease? Changed)>> edit, CancellationToken ct)
    {
        await using var held = await PublishLock.TakeAsync(target, overrideLock, note, clock, ct);
        var edits = ImmutableArray.CreateBuilder<PointerEdit>();
        foreach (var channel in channels(await ReadAsync(ct)))
        {
            // Each gives a sequence, so each looks anew.
            var state = await ReadAsync(ct);
            var (next, changed) = await edit(state, state.Pointer(channel));
            var sequence = await new PointerWriter(target, keys).WriteAsync(next, state, changed, ct);
            edits.Add(new PointerEdit(channel, next.Version, sequence, next.Rollout, next.Expires));
        }

        return edits.ToImmutable();
    }

    private async Task<ServerState> ReadAsync(CancellationToken ct)
    {
        var state = await ServerStateReader.ReadAsync(target, keys.Trusted, ct);
        return state.App is not null ? state : throw new SettingsException($"{target.Location} holds no release. Publish one first.");
    }

    private ImmutableArray<string> All(ServerState state) => [.. state.Pointers.Select(pointer => pointer.Channel)];

    private LivePointer Existing(ServerState state, string channel) => state.Pointer(channel)
        ?? throw new SettingsException($"{target.Location} has no channel {channel}; it has {string.Join(", ", All(state))}.");

    private ImmutableArray<string> Naming(ServerState state, NuGetVersion version)
    {
        ImmutableArray<string> naming = [.. state.Pointers.Where(pointer => pointer.Version.Version == version).Select(pointer => pointer.Channel)];
        return naming.Length > 0
            ? naming
            : throw new SettingsException($"No channel of {target.Location} has version {version}; release list shows which has what.");
    }
}
