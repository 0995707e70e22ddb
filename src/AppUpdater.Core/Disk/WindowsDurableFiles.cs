using System.Runtime.InteropServices;

namespace AppUpdater.Core.Disk;

/// <summary>Windows: renames are written through and never copy.</summary>
internal sealed class WindowsDurableFiles : IDurableFiles
{
    private const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    public FileFacts? Stat(string path) => FileSystemStat.Of(path);

    public IReadOnlyList<string> List(string directory) => FileSystemStat.List(directory);

    public Stream OpenRead(string path)
    {
        RefuseLink(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, ShareAll);
    }

    public Stream CreateNew(string path, UnixFileMode? mode) => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);

    public void FlushFile(string path)
    {
        RefuseLink(path);
        var shut = IsReadOnly(path);
        Unlocked(path, () =>
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, ShareAll); // FlushFileBuffers asks for write access
            RandomAccess.FlushToDisk(handle);
        });
        if (shut)
            SetReadOnly(path, true);
    }

    public void FlushDirectory(string path)
    {
        // Windows documents no way to flush one directory: FlushFileBuffers on its handle asks for administrator rights and then
        // flushes the volume. Names become durable by MOVEFILE_WRITE_THROUGH.
    }

    public void Rename(string from, string to) => Move(from, to, WindowsCalls.WriteThrough);

    public void Replace(string from, string to) =>
        Unlocked(to, () => Move(from, to, WindowsCalls.WriteThrough | WindowsCalls.ReplaceExisting));

    public bool TryExchange(string one, string other) => false;

    public bool TryLink(string existing, string added)
    {
        if (WindowsCalls.Link(WindowsCalls.LongPath(added), WindowsCalls.LongPath(existing), security: 0))
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error is WindowsCalls.ErrorInvalidFunction or WindowsCalls.ErrorNotSupported or WindowsCalls.ErrorTooManyLinks
            ? false
            : throw DiskError.Of(error, $"Linking {existing} as {added} failed");
    }

    public void CreateDirectory(string path)
    {
        RefuseLink(path);
        Directory.CreateDirectory(path);
    }

    public void DeleteFile(string path) => Unlocked(path, () => File.Delete(path));

    public void DeleteDirectory(string path) => Directory.Delete(path, recursive: false);

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified)
    {
        RefuseLink(path);
        if (modified is { } time)
            File.SetLastWriteTimeUtc(path, time.UtcDateTime);
    }

    public void SetAttributes(string path, FileAttributes attributes)
    {
        RefuseLink(path);
        File.SetAttributes(path, (File.GetAttributes(path) & ~FileFacts.KeptAttributes) | (attributes & FileFacts.KeptAttributes));
    }

    /// <summary>
    /// Windows neither replaces, deletes nor flushes what is read-only. Refused all the same, the file stays so; cut off in between, the swap
    /// marks it again.
    /// </summary>
    private static void Unlocked(string path, Action step)
    {
        var shut = IsReadOnly(path);
        if (shut)
            SetReadOnly(path, false);
        try
        {
            step();
        }
        catch (Exception e) when (shut && e is (IOException or UnauthorizedAccessException))
        {
            SetReadOnly(path, true);
            throw;
        }
    }

    private static bool IsReadOnly(string path) => FileSystemStat.Of(path) is { Kind: FileKind.File } facts && facts.Attributes.HasFlag(FileAttributes.ReadOnly);

    private static void SetReadOnly(string path, bool on)
    {
        var others = File.GetAttributes(path) & ~FileAttributes.ReadOnly;
        File.SetAttributes(path, on ? others | FileAttributes.ReadOnly : others);
    }

    private static void Move(string from, string to, uint flags)
    {
        if (!WindowsCalls.Move(WindowsCalls.LongPath(from), WindowsCalls.LongPath(to), flags))
            throw DiskError.Last($"Renaming {from} to {to} failed");
    }

    private static void RefuseLink(string path)
    {
        if (FileSystemStat.Of(path) is { Kind: FileKind.Link })
            throw new IOException($"{path} is a link; the updater does not follow links.");
    }
}
