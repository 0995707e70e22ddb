using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport.Http;

/// <summary>
/// Which version of each file was listed or read, for a bounded number of them; the oldest are forgotten. What was read stays until all of
/// the file is read anew, so that a look in between can't pass another file off as the one that was begun. Safe for concurrent use.
/// </summary>
internal sealed class HttpMemory
{
    // Some 250 bytes each.
    private const int MaxFiles = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<RelativePath, Entry> _known = [];
    private readonly Queue<RelativePath> _order = new();

    internal HttpFileVersion? Find(RelativePath path)
    {
        lock (_gate)
            return _known.TryGetValue(path, out var entry) ? entry.Version : null;
    }

    /// <summary>Listed, or asked for: tells nothing of bytes that were read before.</summary>
    internal void Saw(RelativePath path, HttpFileVersion version)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(path, out var entry) || !entry.IsHeld)
                Set(path, new Entry(version, IsHeld: false));
        }
    }

    /// <summary>Bytes of it go to a caller.</summary>
    internal void Read(RelativePath path, HttpFileVersion version)
    {
        lock (_gate)
            Set(path, new Entry(version, IsHeld: true));
    }

    /// <summary>The caller was told that it is another file. The next look at it is what counts.</summary>
    internal void LetGo(RelativePath path)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(path, out var entry))
                Set(path, entry with { IsHeld = false });
        }
    }

    private void Set(RelativePath path, Entry entry)
    {
        if (!_known.ContainsKey(path))
        {
            _order.Enqueue(path);
            if (_order.Count > MaxFiles)
                _known.Remove(_order.Dequeue());
        }

        _known[path] = entry;
    }

    [SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
    private readonly record struct Entry(HttpFileVersion Version, bool IsHeld);
}
