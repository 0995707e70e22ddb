using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>A file on disk now. The hash is the record's where size and time still are, else computed.</summary>
internal sealed record LocalFile(long Size, DateTimeOffset Modified, ContentHash Hash);

/// <summary>
/// The install as it is: the record, the version, and every file that the record or the release names and that is there.
/// <see cref="Version"/> is null where neither the record nor a version.ini of this app tells one: older than any.
/// <see cref="Occupied"/> holds paths (of names the release wants) where something lies that is no regular file.
/// </summary>
internal sealed record LocalSnapshot(
    NuGetVersion? Version,
    InstalledRecord? Record,
    ImmutableSortedDictionary<RelativePath, LocalFile> Files,
    ImmutableSortedSet<RelativePath> ExistingFolders,
    ImmutableSortedSet<RelativePath> Occupied);
