#pragma warning disable CA2000 // the open file is the lock: it is disposed with it
namespace AppUpdater.Core.Locks;

/// <summary>Who watches a version on probation: <c>watched</c> in the swap's folder, held exclusively by one bootstrapper.</summary>
internal sealed class WatchMark : IDisposable
{
    private readonly FileStream _file;

    private WatchMark(FileStream file) => _file = file;

    /// <summary>Takes the mark, or null where another process has it.</summary>
    /// <exception cref="InstallException">The mark's file can't be created or opened.</exception>
    internal static WatchMark? TryTake(string swapDirectory) =>
        LockFile.TryOpen(Path.Join(swapDirectory, "watched"), FileAccess.ReadWrite, FileShare.None) is { } file ? new WatchMark(file) : null;

    public void Dispose() => _file.Dispose();
}
