namespace AppUpdater.Core.Locks;

/// <summary>One updater at a time: <c>.appupdater/lock</c>, held exclusively (flock, or a Windows share mode). Freed with the process.</summary>
internal sealed class InstallLock : IDisposable
{
    private readonly FileStream _file;

    private InstallLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or null where another process has it.</summary>
    internal static InstallLock? TryTake(InstallLayout layout) => throw new NotSupportedException($"{layout}");

    public void Dispose() => _file.Dispose();
}
