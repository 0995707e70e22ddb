using System.Globalization;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;

#pragma warning disable CA2000 // the open file is the lock: it is disposed with it
namespace AppUpdater.Core.Locks;

/// <summary>One updater at a time: <c>.appupdater/lock</c>, held exclusively (flock, or a Windows share mode). Freed with the process.</summary>
internal sealed class InstallLock : IDisposable
{
    private readonly FileStream _file;

    private InstallLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or null where another process has it.</summary>
    /// <exception cref="InstallException">The lock's file can't be created or opened.</exception>
    internal static InstallLock? TryTake(InstallLayout layout)
    {
        if (LockFile.TryOpen(layout.Lock, FileAccess.ReadWrite, FileShare.None) is not { } file)
            return null;
        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new InstallLock(file); // a full or failing disk: the lock is held all the same, and names nobody
        }

        return new InstallLock(file);
    }

    /// <summary>Whether another process has the lock, asked by one that may perhaps not take it. False where that can't be seen.</summary>
    internal static bool IsTaken(InstallLayout layout)
    {
        try
        {
            using var file = LockFile.TryOpen(layout.Lock, FileAccess.Read, FileShare.Read);
            return file is null;
        }
        catch (InstallException)
        {
            return false;
        }
    }

    /// <summary>The id of the process that took the lock last, for a message; null where the system does not let it be read.</summary>
    /// <param name="files">Opens without asking for the lock, which .NET's own streams do on Unix whatever they share.</param>
    /// <param name="layout">The install.</param>
    internal static int? HolderOf(IDurableFiles files, InstallLayout layout)
    {
        try
        {
            using var stream = files.OpenRead(layout.Lock);
            Span<byte> text = stackalloc byte[16];
            var read = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return int.TryParse(text[..read], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows: what is held alone can't be read.
            return FileHolders.Of(layout.Lock) is [var holder, ..] ? holder.Id : null;
        }
    }

    public void Dispose() => _file.Dispose();
}
