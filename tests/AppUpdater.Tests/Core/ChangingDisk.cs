using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Core;

/// <summary>The real disk, on which another process does something between two looks.</summary>
internal sealed class ChangingDisk(IDurableFiles real) : IDurableFiles
{
    private (string Path, int Look, Action Change)? _plan;

    /// <summary>Does something just before this look at a path, counted from 1.</summary>
    internal void BeforeStat(string path, int look, Action change) => _plan = (path, look, change);

    public FileFacts? Stat(string path)
    {
        if (_plan is var (watched, look, change) && watched == path)
        {
            _plan = look > 1 ? (watched, look - 1, change) : null;
            if (look == 1)
                change();
        }

        return real.Stat(path);
    }

    public IReadOnlyList<string> List(string directory) => real.List(directory);

    public Stream OpenRead(string path) => real.OpenRead(path);

    public Stream CreateNew(string path, UnixFileMode? mode) => real.CreateNew(path, mode);

    public void FlushFile(string path) => real.FlushFile(path);

    public void FlushDirectory(string path) => real.FlushDirectory(path);

    public void Rename(string from, string to) => real.Rename(from, to);

    public void Replace(string from, string to) => real.Replace(from, to);

    public bool TryExchange(string one, string other) => real.TryExchange(one, other);

    public bool TryLink(string existing, string added) => real.TryLink(existing, added);

    public void CreateDirectory(string path) => real.CreateDirectory(path);

    public void DeleteFile(string path) => real.DeleteFile(path);

    public void DeleteDirectory(string path) => real.DeleteDirectory(path);

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => real.SetFacts(path, mode, modified);

    public void SetAttributes(string path, FileAttributes attributes) => real.SetAttributes(path, attributes);
}
