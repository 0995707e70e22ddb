using System.Collections.Immutable;
using AppUpdater.Transport;

namespace AppUpdater.Releases;

/// <summary>One file of a plain tree: where it lies on the server, where it goes in the install.</summary>
internal sealed record ReleaseFile(RelativePath RemotePath, RelativePath Path, long Size, RemoteTime? Modified);

/// <summary>A folder of a plain tree with nothing in it: where it lies on the server, where it goes in the install.</summary>
internal sealed record ReleaseFolder(RelativePath RemotePath, RelativePath Path);

/// <summary>
/// A release that is a plain tree: version.ini and what the listing showed, mapped and filtered, sorted by path.
/// <see cref="Id"/> names exactly this release: its version and the start of the hash of its listing. What else version.ini says is no
/// part of it.
/// </summary>
internal sealed record PlainRelease(VersionFile Version, ImmutableArray<ReleaseFile> Files, string Id)
{
    /// <summary>Folders that the server shows empty, sorted by path; those that hold something follow from it.</summary>
    internal ImmutableArray<ReleaseFolder> EmptyFolders { get; init; } = [];
}
