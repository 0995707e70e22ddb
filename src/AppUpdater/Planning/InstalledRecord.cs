using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>
/// One file this tool installed: the server's size and time when it was fetched, the time it bears on disk, its hash.
/// </summary>
internal sealed record InstalledFile(long Size, RemoteTime? Modified, DateTimeOffset LocalModified, ContentHash Hash);

/// <summary>installed.json: what this tool installed, the ownership list. Only these files are ever replaced or removed.</summary>
internal sealed record InstalledRecord
{
    internal required string App { get; init; }
    internal required NuGetVersion Version { get; init; }
    internal long? Sequence { get; init; }

    /// <summary>The release's id, as in <see cref="Releases.Release.Id"/>.</summary>
    internal required string Release { get; init; }

    /// <summary>The manifest of a signed release, with which it can be verified and repaired; null for a plain tree.</summary>
    internal ManifestReference? Manifest { get; init; }

    internal required ImmutableSortedDictionary<RelativePath, InstalledFile> Files { get; init; }

    /// <summary>Folders this tool created, removed with their last owned file when nothing else is in them.</summary>
    internal required ImmutableSortedSet<RelativePath> Folders { get; init; }
}
