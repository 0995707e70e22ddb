using System.Collections.Immutable;
using AppUpdater.Releases;
using NuGet.Versioning;

namespace AppUpdater.Cli.Publishing;

/// <summary>How much the users of an earlier version fetch, in bytes, at most.</summary>
internal sealed record UpdateSize(NuGetVersion From, long Bytes)
{
    /// <summary>Files that they have under any name are not fetched; those that changed are, whole.</summary>
    internal static UpdateSize Of(EarlierRelease earlier, ReleaseManifest next)
    {
        var has = earlier.Manifest.Files.Select(file => file.Hash).ToHashSet();
        return new UpdateSize(earlier.Listed.Version, Fetched(next, next.Files.Where(file => !has.Contains(file.Hash))));
    }

    internal static long Fresh(ReleaseManifest release) => Fetched(release, release.Files);

    private static long Fetched(ReleaseManifest release, IEnumerable<ManifestFile> files) =>
        files.SelectMany(file => file.Blobs).Distinct().Sum(blob => (long)release.Blobs[blob].StoredSize);
}

/// <summary>What was published, or would be.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Channel">Whose pointer names it.</param>
/// <param name="Sequence">Null where nothing changed, or for a dry run.</param>
/// <param name="Folder">On the server.</param>
/// <param name="Files">How many.</param>
/// <param name="TotalBytes">Of the build.</param>
/// <param name="SentBytes">Pack and manifest.</param>
/// <param name="FreshBytes">What a new install fetches.</param>
/// <param name="Updates">For each earlier version that is live or listed, newest first.</param>
internal sealed record PublishOutcome(
    NuGetVersion Version, string Channel, long? Sequence, string Folder, int Files, long TotalBytes, long SentBytes, long FreshBytes, ImmutableArray<UpdateSize> Updates);
