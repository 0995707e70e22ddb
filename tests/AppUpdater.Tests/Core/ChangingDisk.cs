using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Core;

/// <summary>The real disk, on which another process does something between two looks.</summary>
internal sealed class ChangingDisk(IDurableFiles real) : WrappedDisk(real)
{
    private (string Path, int Look, Action Change)? _plan;

    /// <summary>Does something just before this look at a path, counted from 1.</summary>
    internal void BeforeStat(string path, int look, Action change) => _plan = (path, look, change);

    public override FileFacts? Stat(string path)
    {
        if (_plan is var (watched, look, change) && watched == path)
        {
            _plan = look > 1 ? (watched, look - 1, change) : null;
            if (look == 1)
                change();
        }

        return base.Stat(path);
    }
}
