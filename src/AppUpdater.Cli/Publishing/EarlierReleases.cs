using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>A release on the server with its manifest. <see cref="IsWhole"/>: all its packs lie there in their lengths.</summary>
internal sealed record EarlierRelease(ListedRelease Listed, ReleaseManifest Manifest, bool IsWhole);

/// <summary>Reads the manifests of the releases that a server holds.</summary>
internal static class EarlierReleases
{
    /// <summary>More than these, besides the live ones, are not looked through for blobs to share.</summary>
    private const int MostLookedAt = 20;

    /// <summary>The live ones and the newest others, oldest first. One whose manifest is gone is told and left out.</summary>
    internal static async Task<ImmutableArray<EarlierRelease>> ReadAsync(IRemoteSource source, ServerState state, Action<string> note, CancellationToken ct)
    {
        var all = state.Releases;
        return await ReadAsync(source, [.. all.Where((release, at) => at >= all.Length - MostLookedAt || state.IsLive(release))], note, ct);
    }

    internal static async Task<ImmutableArray<EarlierRelease>> ReadAsync(
        IRemoteSource source, ImmutableArray<ListedRelease> releases, Action<string> note, CancellationToken ct)
    {
        var found = new List<(ListedRelease Release, ReleaseManifest Manifest)>();
        foreach (var release in releases)
        {
            try
            {
                found.Add((release, await ManifestReader.ReadAsync(source, release.Manifest, ct)));
            }
            catch (MissingException failure)
            {
                note($"Warning: {release.Version} is listed and not there any more: {failure.Message}");
            }
        }

        var packs = found.SelectMany(one => one.Manifest.Packs).Distinct().ToList();
        var sizes = await source.StatAllAsync([.. packs.Select(pack => pack.Path)], ct);
        var broken = packs.Where((pack, at) => sizes[at] is not { Kind: RemoteEntryKind.File } there || (there.Size is { } size && size != pack.Size)).ToHashSet();
        foreach (var pack in broken)
            note(string.Create(CultureInfo.InvariantCulture, $"Warning: {pack.Path} should lie there with {pack.Size:N0} bytes and does not; nothing new relies on it."));
        return [.. found.Select(one => new EarlierRelease(one.Release, one.Manifest, !one.Manifest.Packs.Any(broken.Contains)))];
    }
}
