using AppUpdater.Core.Disk;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The real disk, until the first file is put at a path: then whoever works with it is cut off.</summary>
internal sealed class CutDisk(IDurableFiles real, string path) : IDurableFiles
{
    public FileFacts? Stat(string path) => real.Stat(path);

    public IReadOnlyList<string> List(string directory) => real.List(directory);

    public Stream OpenRead(string path) => real.OpenRead(path);

    public Stream CreateNew(string path, UnixFileMode? mode) => real.CreateNew(path, mode);

    public void FlushFile(string path) => real.FlushFile(path);

    public void FlushDirectory(string path) => real.FlushDirectory(path);

    public void Rename(string from, string to)
    {
        CutAt(to);
        real.Rename(from, to);
    }

    public void Replace(string from, string to)
    {
        CutAt(to);
        real.Replace(from, to);
    }

    public bool TryExchange(string one, string other) => real.TryExchange(one, other);

    public bool TryLink(string existing, string added)
    {
        CutAt(added);
        return real.TryLink(existing, added);
    }

    public void CreateDirectory(string path) => real.CreateDirectory(path);

    public void DeleteFile(string path) => real.DeleteFile(path);

    public void DeleteDirectory(string path) => real.DeleteDirectory(path);

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => real.SetFacts(path, mode, modified);

    public void SetAttributes(string path, FileAttributes attributes) => real.SetAttributes(path, attributes);

    private void CutAt(string target)
    {
        if (target == path)
            throw new CutException();
    }
}

/// <summary>No failure that anything handles: the power went.</summary>
public sealed class CutException : Exception;
