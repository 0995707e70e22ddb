#pragma warning disable CA2000 // the open file is the lock: it is disposed with it
namespace AppUpdater.Core.Locks;

/// <summary>One updater at a time: <c>.appupdater/lock</c>, held exclusively (flock, or a Windows share mode). Freed with the process.</summary>
internal sealed class InstallLock : IDisposable
{
    private readonly FileStream _file;

    private InstallLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or null where another process has it.</summary>
    /// <exception cref="InstallException">The lock's file can't be created or opened.</exception>
    internal static InstallLock? TryTake(InstallLayout layout) =>
        LockFile.TryOpen(layout.Lock, FileAccess.ReadWrite, FileShare.None) is { } file ? new InstallLock(file) : null;

    public void Dispose() => _file.Dispose();
}
