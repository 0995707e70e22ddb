using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>What was found on a server. Empty <see cref="Problems"/>: all of it is as it was signed.</summary>
internal sealed record ServerCheckReport(int Pointers, int Releases, int Packs, long Bytes, ImmutableArray<string> Problems, ImmutableArray<string> Warnings)
{
    /// <summary>The number of the keys in force: how many files in keys/ lead there.</summary>
    internal int Keys { get; init; }
}

/// <summary>Checks every signature, hash and length of what lies on a server, as a client would, blob by blob. Changes nothing.</summary>
/// <param name="source">The server.</param>
/// <param name="first">The set in the installs' dato.ini: what replaced it is followed from there.</param>
/// <param name="clock">For expiries.</param>
internal sealed class ServerCheck(IRemoteSource source, KeySet first, TimeProvider clock)
{
    private static readonly TimeSpan WarnedBefore = TimeSpan.FromDays(30);

    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    /// <exception cref="UnreachableException">The server can't be reached; whatever else is wrong is in the report.</exception>
    internal async Task<ServerCheckReport> RunAsync(CancellationToken ct)
    {
        ServerState state;
        KeyChain chain;
        try
        {
            var app = await KeyChain.ClaimedAppAsync(source, ct);
            chain = app is null ? new KeyChain([first]) : await KeyChain.ReadAsync(source, first, app, ct);
            state = await ServerStateReader.ReadAsync(source, chain.AnyOf, ct);
            if (app is not null && state.App is { } there && there != app)
                _problems.Add($"{KeysFile.PathOf(1)} at {source.Location} is {app}'s, the releases {there}'s: every install refuses them.");
        }
        catch (Exception failure) when (failure is UntrustedException or SettingsException)
        {
            return new ServerCheckReport(0, 0, 0, 0, [failure.Message], []);
        }

        CheckSigners(state, chain.InForce);
        if (state.Pointers.IsEmpty)
            _problems.Add($"{source.Location} has no version.ini: nothing is published there.");
        CheckExpiry(state);
        var packs = new Dictionary<ManifestPack, HashSet<ManifestBlob>>();
        foreach (var release in state.Releases)
            await CollectAsync(release, state, packs, ct);
        long bytes = 0;
        foreach (var (pack, blobs) in packs.OrderBy(pack => pack.Key.Path))
            bytes += await CheckPackAsync(pack, blobs, ct);
        return new ServerCheckReport(state.Pointers.Length, state.Releases.Length, packs.Count, bytes, [.. _problems], [.. _warnings]) { Keys = chain.InForce.Number };
    }

    /// <summary>An earlier set's signature opens a pointer for its publisher, never for an install.</summary>
    private void CheckSigners(ServerState state, KeySet inForce)
    {
        foreach (var pointer in state.Pointers)
        {
            var raw = pointer.Version.Raw.AsSpan();
            var signed = SignedBytes.Split(raw, pointer.Path.Value);
            if (!inForce.Signs(signed.Of(raw), signed.Signatures))
            {
                _problems.Add(
                    $"{pointer.Path} is not signed by the keys in force, {inForce.Threshold} of {string.Join(", ", inForce.Keys)}: every install refuses it. "
                    + "appupdater release renew signs it again, with --key the key in force and --earlier-key the one before.");
            }
        }
    }

    private void CheckExpiry(ServerState state)
    {
        var now = clock.GetUtcNow();
        foreach (var pointer in state.Pointers)
        {
            if (pointer.Version.Expires is not { } expires)
                continue;
            if (expires <= now)
                _problems.Add($"{pointer.Path} expired on {PointerText.Time(expires)}: nothing new is installed from it. appupdater release renew ends that.");
            else if (expires - now < WarnedBefore)
                _warnings.Add($"{pointer.Path} expires on {PointerText.Time(expires)}, in less than 30 days. appupdater release renew puts that off.");
        }

        foreach (var claim in state.Claims)
            _warnings.Add($"{claim} says that somebody is publishing. Where that run was killed, the next one needs --override-lock.");
    }

    private async Task CollectAsync(ListedRelease release, ServerState state, Dictionary<ManifestPack, HashSet<ManifestBlob>> packs, CancellationToken ct)
    {
        try
        {
            var manifest = await ManifestReader.ReadAsync(source, release.Manifest, ct);
            if (manifest.App != state.App || manifest.Version != release.Version || manifest.Platform != release.Platform)
                _problems.Add($"{release.Manifest.Path} is of {manifest.App} {manifest.Version} for {manifest.Platform}, and is listed as {state.App} {release.Version} for {release.Platform}.");
            foreach (var blob in manifest.Blobs)
            {
                var pack = manifest.Packs[blob.Pack];
                if (!packs.TryGetValue(pack, out var blobs))
                    packs.Add(pack, blobs = []);
                blobs.Add(blob with { Pack = 0 });
            }
        }
        catch (Exception failure) when (failure is UntrustedException or MissingException)
        {
            _problems.Add(failure.Message);
        }
    }

    private async Task<long> CheckPackAsync(ManifestPack pack, HashSet<ManifestBlob> blobs, CancellationToken ct)
    {
        if (await source.StatAsync(pack.Path, ct) is not { Kind: RemoteEntryKind.File } there)
        {
            _problems.Add($"{pack.Path} is not there.");
            return 0;
        }

        if (there.Size is { } size && size != pack.Size)
        {
            _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{pack.Path} has {size:N0} bytes and should have {pack.Size:N0}."));
            return 0;
        }

        try
        {
            var reader = new PackCheck(source, pack);
            var wrong = await source.Retry.RunAsync($"Reading {pack.Path} from {source.Location}", attempt => reader.RunAsync(blobs, attempt), ct);
            if (wrong.Count > 0)
                _problems.Add($"{pack.Path} is damaged: {wrong.Count} of its {blobs.Count} blobs are not what was signed, the first at byte {wrong.Min(blob => blob.Offset)}.");
        }
        catch (Exception failure) when (failure is UntrustedException or MissingException or UnreachableException { IsTransient: false })
        {
            _problems.Add(failure.Message);
        }

        return pack.Size;
    }
}
