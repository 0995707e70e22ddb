namespace AppUpdater.Core.Locks;

/// <summary>Who runs from the install: every process of the app shares <c>.appupdater/running</c>, a swap holds it alone.</summary>
internal sealed class RunningMark : IDisposable
{
    private readonly FileStream _file;

    private RunningMark(FileStream file) => _file = file;

    /// <summary>Shares the mark for this process's life, or null while a swap holds it alone.</summary>
    internal static RunningMark? TryShare(InstallLayout layout) => throw new NotSupportedException($"{layout}");

    /// <summary>Holds the mark alone, or null while any process of the app shares it.</summary>
    internal static RunningMark? TryHoldAlone(InstallLayout layout) => throw new NotSupportedException($"{layout}");

    public void Dispose() => _file.Dispose();
}
