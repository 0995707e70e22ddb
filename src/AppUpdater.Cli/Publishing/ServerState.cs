using System.Collections.Immutable;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>A pointer that lies on the server, its signature verified.</summary>
internal sealed record LivePointer(RelativePath Path, VersionFile Version)
{
    internal string Channel => Version.Channel!;

    internal ManifestReference Manifest => Version.Manifest!;
}

/// <summary>What lies on the server, all of it verified: pointers sorted by channel, the list of releases, and who publishes at this moment.</summary>
internal sealed record ServerState(ImmutableArray<LivePointer> Pointers, ReleaseIndex? Index, ImmutableArray<RelativePath> Claims)
{
    /// <summary>Null on a server where nothing was released yet.</summary>
    internal string? App => Index?.App ?? Pointers.FirstOrDefault()?.Version.App;

    /// <summary>The next to be given.</summary>
    internal long NextSequence => Pointers.Select(pointer => pointer.Version.Sequence ?? 0).Append(Index?.Sequence ?? 0).Max() + 1;

    /// <summary>Every release known by a signature, oldest first: the list's, and what pointers name besides.</summary>
    internal ImmutableArray<ListedRelease> Releases
    {
        get
        {
            var listed = Index?.Releases ?? [];
            return [.. listed, .. Pointers.Where(pointer => listed.All(release => release.Manifest != pointer.Manifest)).DistinctBy(pointer => pointer.Manifest)
                .Select(pointer => new ListedRelease(
                    pointer.Version.Version, pointer.Version.Platform, pointer.Version.Published ?? DateTimeOffset.UnixEpoch, pointer.Manifest))];
        }
    }

    internal LivePointer? Pointer(string channel) => Pointers.FirstOrDefault(pointer => pointer.Channel == channel);

    internal bool IsLive(ListedRelease release) => Pointers.Any(pointer => pointer.Manifest == release.Manifest);
}
