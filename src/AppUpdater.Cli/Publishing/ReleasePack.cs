using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>
/// A pack that was built: its file, length in bytes and hash, and the blobs in it, in their order. Deleting the file is its owner's.
/// </summary>
internal sealed record ReleasePack(string File, long Length, ContentHash Hash, ImmutableArray<ManifestBlob> Blobs);
