using System.Collections.Concurrent;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// The sizes and times that this source told of its files: what a file must still have where its transfer can't be confirmed the usual
/// way. Up to a limit: what is not remembered is not compared. Safe for concurrent use.
/// </summary>
internal sealed class FtpKnownFiles
{
    private const int MaxFiles = 100_000;

    private readonly ConcurrentDictionary<RelativePath, (long? Size, RemoteTime? Time)> _files = new();
    private int _count;

    internal void Note(RemoteEntry? entry)
    {
        if (entry is not { Kind: RemoteEntryKind.File })
            return;
        if (Volatile.Read(ref _count) < MaxFiles && _files.TryAdd(entry.Path, (entry.Size, entry.Modified)))
            Interlocked.Increment(ref _count);
        else if (_files.TryGetValue(entry.Path, out var before))
            _files[entry.Path] = (entry.Size, entry.Modified ?? before.Time);
    }

    internal RemoteTime? TimeOf(RelativePath path) => _files.TryGetValue(path, out var file) ? file.Time : null;

    /// <summary>In bytes.</summary>
    internal long? SizeOf(RelativePath path) => _files.TryGetValue(path, out var file) ? file.Size : null;

    /// <summary>MDTM's seconds say nothing against LIST's minutes in an unknown zone: only like is compared with like.</summary>
    internal static bool MayBeEqual(RemoteTime? before, RemoteTime? now) =>
        before is not { } first || now is not { } second || first.Precision != second.Precision || first.Utc == second.Utc;
}
