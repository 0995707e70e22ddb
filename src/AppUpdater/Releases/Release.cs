using System.Collections.Immutable;
using AppUpdater.Transport;

namespace AppUpdater.Releases;

/// <summary>One file of a release: where it lies on a plain tree's server, where it goes in the install.</summary>
internal sealed record ReleaseFile(RelativePath RemotePath, RelativePath Path, long Size, RemoteTime? Modified)
{
    /// <summary>What a signed release says of its bytes; null in a plain tree, where nobody does.</summary>
    internal ManifestFile? Content { get; init; }

    /// <summary>
    /// The publisher's mode, where he has one and this system has modes; else null. What its owner could not read and replace, no later
    /// update could.
    /// </summary>
    internal UnixFileMode? Mode => Content is { Mode: { } mode } && !OperatingSystem.IsWindows() ? mode | UnixFileMode.UserRead | UnixFileMode.UserWrite : null;
}

/// <summary>A folder of a plain tree with nothing in it: where it lies on the server, where it goes in the install.</summary>
internal sealed record ReleaseFolder(RelativePath RemotePath, RelativePath Path);

/// <summary>
/// A release: its version.ini and its files, sorted by path. Of a plain tree they are what the listing showed, mapped and filtered; of a
/// signed release what the manifest says. <see cref="Id"/> names exactly this release: its version and the start of the hash of the
/// listing, or of the manifest. What else version.ini says is no part of it.
/// </summary>
internal sealed record Release(VersionFile Version, ImmutableArray<ReleaseFile> Files, string Id)
{
    /// <summary>Folders with nothing in them, sorted by path; those that hold something follow from it.</summary>
    internal ImmutableArray<ReleaseFolder> EmptyFolders { get; init; } = [];

    /// <summary>Null for a plain tree.</summary>
    internal ReleaseManifest? Manifest { get; init; }
}
