using AppUpdater.Core.Disk;

namespace AppUpdater.Bench;

/// <summary>The real disk, until so many names have been exchanged or given: then whoever works with it is cut off.</summary>
internal sealed class CuttingDisk(IDurableFiles real, int changes) : IDurableFiles
{
    private int _left = changes;

    public FileFacts? Stat(string path) => real.Stat(path);

    public IReadOnlyList<string> List(string directory) => real.List(directory);

    public Stream OpenRead(string path) => real.OpenRead(path);

    public Stream CreateNew(string path, UnixFileMode? mode) => real.CreateNew(path, mode);

    public void FlushFile(string path) => real.FlushFile(path);

    public void FlushDirectory(string path) => real.FlushDirectory(path);

    public void Rename(string from, string to) => real.Rename(from, to);

    public void Replace(string from, string to)
    {
        Count();
        real.Replace(from, to);
    }

    public bool TryExchange(string one, string other)
    {
        Count();
        return real.TryExchange(one, other);
    }

    public bool TryLink(string existing, string added) => real.TryLink(existing, added);

    public void CreateDirectory(string path) => real.CreateDirectory(path);

    public void DeleteFile(string path) => real.DeleteFile(path);

    public void DeleteDirectory(string path) => real.DeleteDirectory(path);

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => real.SetFacts(path, mode, modified);

    public void SetAttributes(string path, FileAttributes attributes) => real.SetAttributes(path, attributes);

    private void Count()
    {
        if (--_left < 0)
            throw new CutException();
    }
}

/// <summary>No failure that anything handles: the power went.</summary>
internal sealed class CutException : Exception;
