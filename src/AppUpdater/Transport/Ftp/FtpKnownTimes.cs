using System.Collections.Concurrent;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// The times that this source told of its files: what a file must still have where its transfer can't be confirmed the usual way. Up to
/// a limit: what is not remembered is not compared. Safe for concurrent use.
/// </summary>
internal sealed class FtpKnownTimes
{
    private const int MaxFiles = 100_000;

    private readonly ConcurrentDictionary<RelativePath, RemoteTime> _times = new();
    private int _count;

    internal void Note(RemoteEntry? entry)
    {
        if (entry is not { Kind: RemoteEntryKind.File, Modified: { } time })
            return;
        if (Volatile.Read(ref _count) < MaxFiles && _times.TryAdd(entry.Path, time))
            Interlocked.Increment(ref _count);
        else if (_times.ContainsKey(entry.Path))
            _times[entry.Path] = time;
    }

    internal RemoteTime? Find(RelativePath path) => _times.TryGetValue(path, out var time) ? time : null;

    /// <summary>MDTM's seconds say nothing against LIST's minutes in an unknown zone: only like is compared with like.</summary>
    internal static bool MayBeEqual(RemoteTime? before, RemoteTime? now) =>
        before is not { } first || now is not { } second || first.Precision != second.Precision || first.Utc == second.Utc;
}
