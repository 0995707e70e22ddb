using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Mirroring;

/// <summary>Finds a file here that has given bytes. Reads only files of the same size, each once. For one caller at a time.</summary>
internal sealed class DuplicateIndex(string root, IDurableFiles files)
{
    private readonly Dictionary<long, List<RelativePath>> _bySize = [];
    private readonly Dictionary<RelativePath, (DateTimeOffset Modified, ContentHash Hash)> _hashes = [];

    internal void Add(RelativePath path, long size)
    {
        if (size == 0)
            return; // nothing is saved, and empty files have nothing in common
        if (!_bySize.TryGetValue(size, out var paths))
            _bySize[size] = paths = [];
        if (!paths.Contains(path))
            paths.Add(path);
    }

    /// <summary>Another file with these bytes, as it lies there now; null where there is none.</summary>
    internal async Task<RelativePath?> FindAsync(RelativePath path, long size, ContentHash hash, CancellationToken ct)
    {
        foreach (var other in _bySize.GetValueOrDefault(size) ?? [])
        {
            if (other != path && await HashAsync(other, size, ct).ConfigureAwait(false) == hash)
                return other;
        }

        return null;
    }

    private async Task<ContentHash?> HashAsync(RelativePath path, long size, CancellationToken ct)
    {
        try
        {
            if (files.Stat(path.Under(root)) is not { Kind: FileKind.File } facts || facts.Length != size)
                return null;
            if (_hashes.TryGetValue(path, out var known) && known.Modified == facts.Modified)
                return known.Hash;
            var stream = files.OpenRead(path.Under(root));
            await using (stream.ConfigureAwait(false))
            {
                var hash = await ContentHash.OfAsync(stream, ct).ConfigureAwait(false);
                _hashes[path] = (facts.Modified, hash);
                return hash;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // not to be read is not to be linked to
        }
    }
}
