using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using NuGet.Versioning;

namespace AppUpdater.Releases;

/// <summary>
/// manifest.json of a signed release, checked: every index is in range, every blob lies inside its pack, the blobs of a file add up to its
/// size, no two paths collide. docs/formats.md has the format.
/// </summary>
internal sealed record ReleaseManifest
{
    internal required string App { get; init; }
    internal required NuGetVersion Version { get; init; }
    internal required string Platform { get; init; }

    /// <summary>The release notes, as the publisher wrote them.</summary>
    internal string? Notes { get; init; }

    internal required ImmutableArray<ManifestPack> Packs { get; init; }
    internal required ImmutableArray<ManifestBlob> Blobs { get; init; }

    /// <summary>Sorted by path.</summary>
    internal required ImmutableArray<ManifestFile> Files { get; init; }

    /// <summary>Folders with nothing in them, sorted.</summary>
    internal ImmutableArray<RelativePath> EmptyFolders { get; init; } = [];

    /// <summary>The bytes of its file, compressed as they were fetched, whose hash is signed; none where it was not fetched.</summary>
    internal ImmutableArray<byte> Raw { get; init; } = [];
}

/// <summary>A content.pack that blobs lie in, this release's own or an earlier one's; its length in bytes.</summary>
internal sealed record ManifestPack(RelativePath Path, long Size);

internal enum BlobEncoding { Stored, Brotli }

/// <summary>
/// A run of bytes of one or more files: their hash and number, and where they lie in a pack, as they are or compressed.
/// No blob has more than <see cref="MaxSize"/> bytes, nor is any stored in more than it has.
/// </summary>
internal sealed record ManifestBlob(ContentHash Hash, int Size, int Pack, long Offset, int StoredSize, BlobEncoding Encoding)
{
    /// <summary>Longer files are cut into blobs of exactly so many bytes, the last one shorter.</summary>
    internal const int MaxSize = 4 * 1024 * 1024;
}

/// <summary>One file: its blobs in their order, as indexes into <see cref="ReleaseManifest.Blobs"/>; none where it is empty.</summary>
/// <param name="Path">Below the install.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Hash">Of the whole file; where it has one blob, that blob's.</param>
/// <param name="Modified">UTC, to the second.</param>
/// <param name="Mode">Of Unix, without setuid, setgid and sticky; null where the publisher's system has none.</param>
/// <param name="Blobs">Indexes.</param>
internal sealed record ManifestFile(RelativePath Path, long Size, ContentHash Hash, DateTimeOffset Modified, UnixFileMode? Mode, ImmutableArray<int> Blobs);

/// <summary>Where version.ini says the manifest lies: its length and hash are those of the compressed file, as it lies there.</summary>
internal sealed record ManifestReference(RelativePath Path, long Size, ContentHash Hash)
{
    internal const string FileName = "manifest.json.br";

    /// <summary>releases/2.1.0-1f0c9a77, or whatever folder the publisher put it in.</summary>
    internal RelativePath Folder => Path.Parent ?? throw new InvalidOperationException("A manifest lies in a folder.");
}
