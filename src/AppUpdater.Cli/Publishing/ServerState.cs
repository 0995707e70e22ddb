using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Releases;
using AppUpdater.Transport;

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

    /// <summary>The highest ever given.</summary>
    internal long Sequence => Pointers.Select(pointer => pointer.Version.Sequence ?? 0).Append(Index?.Sequence ?? 0).Max();

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

    /// <summary>The next to be given.</summary>
    /// <param name="place">Where it lies, for the message.</param>
    /// <exception cref="UntrustedException">There is none: only a thief takes the last one.</exception>
    internal long NextSequence(RemoteLocation place) => Sequence < long.MaxValue ? Sequence + 1 : throw new UntrustedException(
        string.Create(CultureInfo.InvariantCulture, $"What lies at {place} has the sequence {long.MaxValue}, signed by your key, and no higher one can follow. ")
        + "Whoever did that has your key. Nothing was released. Put new keys in force with appupdater rotate, then remove releases.ini and every version.ini and "
        + "version-*.ini from there, and publish with the new key alone: with it, sequences begin anew, and installs follow.");

    internal LivePointer? Pointer(string channel) => Pointers.FirstOrDefault(pointer => pointer.Channel == channel);

    internal bool IsLive(ListedRelease release) => Pointers.Any(pointer => pointer.Manifest == release.Manifest);
}
