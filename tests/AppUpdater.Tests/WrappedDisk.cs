using AppUpdater.Core.Disk;

namespace AppUpdater.Tests;

/// <summary>A disk that does what the one below it does, but for what a kind of it overrides.</summary>
internal abstract class WrappedDisk(IDurableFiles below) : IDurableFiles
{
    public virtual FileFacts? Stat(string path) => below.Stat(path);

    public virtual IReadOnlyList<string> List(string directory) => below.List(directory);

    public virtual Stream OpenRead(string path) => below.OpenRead(path);

    public virtual Stream CreateNew(string path, UnixFileMode? mode) => below.CreateNew(path, mode);

    public virtual void FlushFile(string path) => below.FlushFile(path);

    public virtual void FlushDirectory(string path) => below.FlushDirectory(path);

    public virtual void Rename(string from, string to) => below.Rename(from, to);

    public virtual void Replace(string from, string to) => below.Replace(from, to);

    public virtual bool TryExchange(string one, string other) => below.TryExchange(one, other);

    public virtual bool TryLink(string existing, string added) => below.TryLink(existing, added);

    public virtual void CreateDirectory(string path) => below.CreateDirectory(path);

    public virtual void DeleteFile(string path) => below.DeleteFile(path);

    public virtual void DeleteDirectory(string path) => below.DeleteDirectory(path);

    public virtual void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => below.SetFacts(path, mode, modified);

    public virtual void SetAttributes(string path, FileAttributes attributes) => below.SetAttributes(path, attributes);
}
