namespace AppUpdater.Transport.Http;

/// <summary>
/// The first few small files that were read whole, with which the next read of one is a question (304) and no transfer: version.ini and
/// what is read beside it, which come before any download. Safe for concurrent use.
/// </summary>
internal sealed class HttpSmallFiles
{
    /// <summary>In bytes.</summary>
    internal const int MaxLength = 64 * 1024;

    private const int MaxFiles = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<RelativePath, HttpKeptFile> _kept = [];

    internal HttpKeptFile? Find(RelativePath path)
    {
        lock (_gate)
            return _kept.GetValueOrDefault(path);
    }

    /// <summary>Whether such a file would be kept.</summary>
    internal bool Takes(RelativePath path, HttpFileVersion version)
    {
        lock (_gate)
            return version.IsFitForCache && !(version.Size > MaxLength) && (_kept.Count < MaxFiles || _kept.ContainsKey(path));
    }

    internal void Keep(RelativePath path, HttpKeptFile file)
    {
        lock (_gate)
        {
            if (_kept.Count < MaxFiles || _kept.ContainsKey(path))
                _kept[path] = file;
        }
    }
}

internal sealed record HttpKeptFile(HttpFileVersion Version, byte[] Body);
