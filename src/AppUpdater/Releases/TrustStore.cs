using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;

namespace AppUpdater.Releases;

/// <summary>
/// trust.json of one install, changed by check, bootstrapper and host in one way: read, change and write under a lock of its own, so that
/// none loses what another remembered. Safe between processes.
/// </summary>
/// <param name="layout">The install.</param>
/// <param name="files">Its disk.</param>
/// <param name="wait">How the thread waits for another process that is at it.</param>
internal sealed class TrustStore(InstallLayout layout, IDurableFiles files, Action<TimeSpan> wait)
{
    private const int Tries = 250;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly FileSystem Disk = new();

    internal TrustStore(InstallLayout layout, IDurableFiles files) : this(layout, files, Thread.Sleep)
    {
    }

    /// <summary>What is remembered now; empty where nothing was ever.</summary>
    /// <exception cref="UntrustedException">trust.json is damaged.</exception>
    internal TrustRecord Read() => TrustFile.Load(Disk, layout.Trust);

    /// <summary>Remembers durably: once this returns, a power cut does not take it back. Returns what is remembered now.</summary>
    /// <exception cref="UntrustedException">trust.json is damaged.</exception>
    /// <exception cref="InstallException">It can't be locked, or stays locked for 5 s.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write it.</exception>
    internal TrustRecord Change(Func<TrustRecord, TrustRecord> change)
    {
        if (files.Stat(layout.Own) is null)
        {
            files.CreateDirectory(layout.Own);
            files.FlushDirectory(layout.Root);
        }

        using var taken = Take();
        var before = Read();
        var written = TrustFile.Write(change(before));
        if (!written.AsSpan().SequenceEqual(TrustFile.Write(before)))
            AtomicFile.Write(files, layout.Trust, written);
        return TrustFile.Read(written);
    }

    private FileStream Take()
    {
        for (var left = Tries; left > 0; left--)
        {
            if (LockFile.TryOpen(layout.TrustLock, FileAccess.ReadWrite, FileShare.None) is { } taken)
                return taken;
            wait(Pause);
        }

        throw new InstallException($"{layout.Trust} is in use by another process for more than {(Pause * Tries).TotalSeconds:0} s. Try again.");
    }
}
