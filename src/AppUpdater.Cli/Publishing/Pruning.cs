using System.Collections.Immutable;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>What was removed, or would be. Bytes as the server told them.</summary>
internal sealed record PruneOutcome(ImmutableArray<ListedRelease> Dropped, ImmutableArray<RelativePath> Files, long Bytes, ImmutableArray<RelativePath> Waiting);

/// <summary>
/// Removes what no kept release names: releases that are neither live nor among the newest, and what runs that were cut off left there.
/// Nothing goes before its grace is over, by the server's clock: somebody may be fetching it.
/// </summary>
internal sealed class Pruning(IRemoteTarget target, PublisherKeys keys, TimeProvider clock, Action<string> note)
{
    private static readonly RelativePath Root = RelativePath.Parse("releases");

    /// <param name="keep">How many of the newest stay besides the live ones, 0 and more.</param>
    /// <param name="grace">Counted from the publishing of what came after, and from the upload of each file.</param>
    /// <param name="isDryRun">Tells only.</param>
    /// <param name="overrideLock">As for publishing.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="MissingException">A kept release's manifest is not there: what it names is unknown, and nothing is removed.</exception>
    internal async Task<PruneOutcome> RunAsync(int keep, TimeSpan grace, bool isDryRun, bool overrideLock, CancellationToken ct)
    {
        await using var held = isDryRun ? null : await PublishLock.TakeAsync(target, overrideLock, note, clock, ct);
        var state = await ServerStateReader.ReadAsync(target, keys.Trusted, ct);
        var before = await NowAsync(held, ct) - grace;
        var dropped = Dropped(state, keep, before);
        var needed = await NeededAsync(state.Releases.RemoveRange(dropped), ct);
        var (files, waiting, folders) = await FindAsync(needed, before, ct);
        if (!isDryRun)
        {
            if (dropped.Length > 0)
                await new PointerWriter(target, keys).WriteIndexAsync(new ReleaseIndex(state.App!, state.Sequence, state.Releases.RemoveRange(dropped)), ct);
            await target.DeleteAsync([.. files.Select(file => file.Path)], ct);
            await target.DeleteFoldersAsync(folders, ct);
        }

        return new PruneOutcome(dropped, [.. files.Select(file => file.Path)], files.Sum(file => file.Size ?? 0), waiting);
    }

    /// <summary>The server's clock, by the file it has just written; the own one for a dry run, or where it tells none.</summary>
    private async Task<DateTimeOffset> NowAsync(PublishLock? held, CancellationToken ct) =>
        held is not null && (await target.StatAsync(held.Claim, ct))?.Modified is { } written ? written.Utc : clock.GetUtcNow();

    private static ImmutableArray<ListedRelease> Dropped(ServerState state, int keep, DateTimeOffset before)
    {
        var all = state.Releases;
        var newest = all.Where(release => !release.IsWithdrawn).TakeLast(keep).ToHashSet();
        var lastChange = state.Pointers.Select(pointer => pointer.Version.Published ?? DateTimeOffset.MaxValue).DefaultIfEmpty(DateTimeOffset.MaxValue).Max();
        return
        [
            .. all.Where((release, at) => !newest.Contains(release) && !state.IsLive(release)
                && (release.IsWithdrawn || at == all.Length - 1 ? lastChange : all[at + 1].Published) < before),
        ];
    }

    private async Task<HashSet<RelativePath>> NeededAsync(ImmutableArray<ListedRelease> kept, CancellationToken ct)
    {
        var needed = new HashSet<RelativePath>();
        foreach (var release in kept)
        {
            needed.Add(release.Manifest.Path);
            needed.UnionWith((await ManifestReader.ReadAsync(target, release.Manifest, ct)).Packs.Select(pack => pack.Path));
        }

        return needed;
    }

    private async Task<(ImmutableArray<RemoteEntry> Files, ImmutableArray<RelativePath> Waiting, ImmutableArray<RelativePath> Folders)> FindAsync(
        HashSet<RelativePath> needed, DateTimeOffset before, CancellationToken ct)
    {
        var entries = new List<RemoteEntry>();
        try
        {
            await foreach (var entry in target.ListAsync(Root, _ => true, ct))
                entries.Add(entry);
        }
        catch (MissingException)
        {
            return ([], [], []);
        }

        var unneeded = entries.Where(entry => entry.Kind == RemoteEntryKind.File && !needed.Contains(entry.Path)).OrderBy(entry => entry.Path).ToList();
        var old = unneeded.Where(entry => entry.Modified is { } time && time.Utc + time.Precision < before).ToImmutableArray();
        var gone = old.Select(entry => entry.Path).ToHashSet();
        var left = entries.Where(entry => entry.Kind != RemoteEntryKind.Directory && !gone.Contains(entry.Path)).SelectMany(entry => entry.Path.Folders()).ToHashSet();
        return (
            old,
            [.. unneeded.Select(entry => entry.Path).Where(path => !gone.Contains(path))],
            [.. entries.Where(entry => entry.Kind == RemoteEntryKind.Directory && !left.Contains(entry.Path)
                    && gone.Any(file => file.IsAtOrBelow(entry.Path)))
                .Select(entry => entry.Path).OrderByDescending(path => path.Value.Length)]);
    }
}
