using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>A file on disk now. The hash is the record's where size and time still are, else computed.</summary>
internal sealed record LocalFile(long Size, DateTimeOffset Modified, ContentHash Hash);

/// <summary>
/// The install as it is: the record, the version, and every file that the record or the release names and that is there.
/// <see cref="Version"/> is null where neither the record nor a version.ini of this app tells one: older than any.
/// <see cref="Occupied"/> holds paths the release wants, or folders of them, where something lies that is nobody's to move: a link, a
/// device, a file of the user's where a folder belongs.
/// </summary>
internal sealed record LocalSnapshot(
    NuGetVersion? Version,
    InstalledRecord? Record,
    ImmutableSortedDictionary<RelativePath, LocalFile> Files,
    ImmutableSortedSet<RelativePath> ExistingFolders,
    ImmutableSortedSet<RelativePath> Occupied)
{
    /// <summary>Folders at paths where the release wants a file.</summary>
    internal ImmutableSortedDictionary<RelativePath, FolderInTheWay> FoldersInTheWay { get; init; } =
        ImmutableSortedDictionary<RelativePath, FolderInTheWay>.Empty;

    /// <summary>Recorded names by which the disk, which ignores case, finds what the release calls otherwise.</summary>
    internal ImmutableSortedDictionary<RelativePath, RelativePath> Aliases { get; init; } =
        ImmutableSortedDictionary<RelativePath, RelativePath>.Empty;

    /// <summary>What bears a name on disk that differs by case from the release's, outermost first.</summary>
    internal ImmutableArray<CaseChange> CaseChanges { get; init; } = [];
}
