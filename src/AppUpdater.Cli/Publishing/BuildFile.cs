using System.Collections.Immutable;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Cli.Publishing;

/// <summary>A file of the build, as the scan found it. Time in UTC, to the second.</summary>
/// <param name="Path">In the release.</param>
/// <param name="Source">Its full path.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When it was last written.</param>
/// <param name="Mode">rwxrwxrwx; null on Windows.</param>
internal sealed record BuildFile(RelativePath Path, string Source, long Size, DateTimeOffset Modified, UnixFileMode? Mode);

/// <summary>What lies in the build folder, sorted by path, and what was left out and why.</summary>
internal sealed record Build(ImmutableArray<BuildFile> Files, ImmutableArray<RelativePath> EmptyFolders, ImmutableArray<string> LeftOut);

/// <summary>A file with its hash, and those of its blobs.</summary>
internal sealed record HashedFile(BuildFile File, ContentHash Hash, ImmutableArray<ContentHash> Blobs);
