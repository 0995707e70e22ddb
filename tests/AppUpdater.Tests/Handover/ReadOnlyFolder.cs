using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Handover;

/// <summary>A disk with one folder that nobody may write to: root ignores modes, so a real one would not do.</summary>
internal sealed class ReadOnlyFolder(IDurableFiles inner, string folder) : IDurableFiles
{
    public void Rename(string from, string to)
    {
        Refuse(to);
        inner.Rename(from, to);
    }

    public Stream CreateNew(string path, UnixFileMode? mode)
    {
        Refuse(path);
        return inner.CreateNew(path, mode);
    }

    public FileFacts? Stat(string path) => inner.Stat(path);

    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    public Stream OpenRead(string path) => inner.OpenRead(path);

    public void FlushFile(string path) => inner.FlushFile(path);

    public void FlushDirectory(string path) => inner.FlushDirectory(path);

    public void Replace(string from, string to) => inner.Replace(from, to);

    public bool TryExchange(string one, string other) => inner.TryExchange(one, other);

    public bool TryLink(string existing, string added) => inner.TryLink(existing, added);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => inner.SetFacts(path, mode, modified);

    public void SetAttributes(string path, FileAttributes attributes) => inner.SetAttributes(path, attributes);

    private void Refuse(string path)
    {
        if (Path.GetDirectoryName(path) == folder)
            throw new UnauthorizedAccessException($"Access to {folder} is denied.");
    }
}
