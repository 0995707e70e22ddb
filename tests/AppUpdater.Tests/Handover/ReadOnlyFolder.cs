using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Handover;

/// <summary>A disk with one folder that nobody may write to: root ignores modes, so a real one would not do.</summary>
internal sealed class ReadOnlyFolder(IDurableFiles inner, string folder) : WrappedDisk(inner)
{
    public override void Rename(string from, string to)
    {
        Refuse(to);
        base.Rename(from, to);
    }

    public override Stream CreateNew(string path, UnixFileMode? mode)
    {
        Refuse(path);
        return base.CreateNew(path, mode);
    }

    private void Refuse(string path)
    {
        if (Path.GetDirectoryName(path) == folder)
            throw new UnauthorizedAccessException($"Access to {folder} is denied.");
    }
}
