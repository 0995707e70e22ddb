using System.Runtime.InteropServices;

#pragma warning disable CA2000 // the open file is the lock: it is disposed with it
namespace AppUpdater.Core.Locks;

/// <summary>Who runs from the install: every process of the app shares <c>.appupdater/running</c>, a swap holds it alone.</summary>
internal sealed class RunningMark : IDisposable
{
    private readonly FileStream _file;

    private RunningMark(FileStream file) => _file = file;

    /// <summary>Shares the mark for this process's life, or null while a swap holds it alone.</summary>
    /// <exception cref="InstallException">The mark's file can't be created or opened.</exception>
    internal static RunningMark? TryShare(InstallLayout layout) => Of(LockFile.TryOpen(layout.Running, FileAccess.Read, FileShare.Read));

    /// <summary>Holds the mark alone, or null while any process of the app shares it.</summary>
    /// <exception cref="InstallException">The mark's file can't be created or opened.</exception>
    internal static RunningMark? TryHoldAlone(InstallLayout layout) =>
        Of(LockFile.TryOpen(layout.Running, FileAccess.ReadWrite, FileShare.None));

    /// <summary>
    /// Makes the mark's file where it is missing, and finds out whether this account may hold it alone. Made by whoever updates, it can be
    /// shared by users who may only read.
    /// </summary>
    /// <exception cref="InstallException">It may not.</exception>
    internal static void Require(InstallLayout layout) =>
        LockFile.TryOpen(layout.Running, FileAccess.ReadWrite, FileShare.ReadWrite)?.Dispose();

    /// <summary>From here on nothing lets go of it but the end of the process.</summary>
    internal void KeepForLife() => GCHandle.Alloc(_file);

    private static RunningMark? Of(FileStream? file) => file is null ? null : new RunningMark(file);

    public void Dispose() => _file.Dispose();
}
