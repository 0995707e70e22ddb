using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Staging;

/// <summary>A disk whose flush of a file fails.</summary>
internal sealed class FailingFlush(IDurableFiles inner) : IDurableFiles
{
    public void FlushFile(string path) => throw new IOException($"Flushing {path} failed");

    public FileFacts? Stat(string path) => inner.Stat(path);

    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    public Stream OpenRead(string path) => inner.OpenRead(path);

    public Stream CreateNew(string path, UnixFileMode? mode) => inner.CreateNew(path, mode);

    public void FlushDirectory(string path) => inner.FlushDirectory(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Replace(string from, string to) => inner.Replace(from, to);

    public bool TryExchange(string one, string other) => inner.TryExchange(one, other);

    public bool TryLink(string existing, string added) => inner.TryLink(existing, added);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => inner.SetFacts(path, mode, modified);

    public void SetAttributes(string path, FileAttributes attributes) => inner.SetAttributes(path, attributes);
}
