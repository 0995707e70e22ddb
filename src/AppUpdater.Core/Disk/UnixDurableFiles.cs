using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Core.Disk;

/// <summary>
/// Linux and macOS. Nothing here follows a link in the last segment of a path; the segments before it are the caller's to check.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixDurableFiles : IDurableFiles
{
    /// <summary>rwxrwxrwx: set-user-id and its kind never come from a release.</summary>
    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;

    public FileFacts? Stat(string path) => OperatingSystem.IsLinux() ? LinuxStat(path) : FileSystemStat.Of(path);

    public IReadOnlyList<string> List(string directory) => FileSystemStat.List(directory);

#pragma warning disable CA2000 // the stream owns the handle
    public Stream OpenRead(string path) => new FileStream(Open(path, UnixCalls.NoFollow), FileAccess.Read);
#pragma warning restore CA2000

    public Stream CreateNew(string path, UnixFileMode? mode)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        if (mode is { } wanted)
            File.SetUnixFileMode(stream.SafeFileHandle, wanted & Permissions); // on creation umask would cut it
        return stream;
    }

    public void FlushFile(string path)
    {
        // Opened for reading: fsync needs no more, and a file without write permission must be flushed as well.
        using var handle = Open(path, UnixCalls.NoFollow);
        RandomAccess.FlushToDisk(handle); // F_FULLFSYNC on macOS
    }

    public void FlushDirectory(string path)
    {
        using var handle = Open(path, UnixCalls.NoFollow | UnixCalls.OnlyDirectory);
        RandomAccess.FlushToDisk(handle);
    }

    public void Rename(string from, string to)
    {
        if (string.Equals(from, to, StringComparison.OrdinalIgnoreCase) && Stat(to) is not null
            && !List(Path.GetDirectoryName(to)!).Contains(to, StringComparer.Ordinal))
        {
            // One thing by two names. Told to replace nothing, macOS would call the new name taken.
            PlainRename(from, to);
            return;
        }

        if (TryRename(from, to, UnixCalls.LinuxNoReplace, UnixCalls.MacExclusive))
            return;

        // A volume without the flag. Looking first leaves a gap, but the install's lock keeps every other updater out of it,
        // and link and unlink in place of rename could be cut between them.
        if (Stat(to) is not null)
            throw DiskError.Of(UnixCalls.ErrorExists, Renaming(from, to));
        PlainRename(from, to);
    }

    public void Replace(string from, string to)
    {
        PlainRename(from, to);

        // Two names of one file: rename(2) then does nothing and reports success.
        if (Stat(from) is not null && UnixCalls.Unlink(from) != 0)
            throw DiskError.Last($"Deleting {from} failed");
    }

    public bool TryExchange(string one, string other) => TryRename(one, other, UnixCalls.LinuxExchange, UnixCalls.MacSwap);

    public bool TryLink(string existing, string added)
    {
        var here = UnixCalls.CurrentFolder;
        if (UnixCalls.Link(here, existing, here, added, flags: 0) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        if (error is UnixCalls.ErrorNotPermitted or UnixCalls.ErrorTooManyLinks || IsNotSupported(error))
            return false;
        throw DiskError.Of(error, $"Linking {existing} as {added} failed");
    }

    public void CreateDirectory(string path)
    {
        if (Stat(path) is { Kind: not FileKind.Directory } found)
            throw new IOException($"The folder {path} can't be created: a {found.Kind} lies there.", UnixCalls.ErrorExists);
        Directory.CreateDirectory(path);
    }

    public void DeleteFile(string path) => File.Delete(path);

    public void DeleteDirectory(string path) => Directory.Delete(path, recursive: false);

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified)
    {
        using var handle = Open(path, UnixCalls.NoFollow);
        if (modified is { } time)
            File.SetLastWriteTimeUtc(handle, time.UtcDateTime);
        if (mode is { } wanted)
            File.SetUnixFileMode(handle, (wanted & Permissions) | Inherited(handle, path));
    }

    public void SetAttributes(string path, FileAttributes attributes)
    {
        // What attributes say on Windows, modes say here.
    }

    /// <summary>What a folder made within it inherits, a folder keeps.</summary>
    private UnixFileMode Inherited(SafeFileHandle handle, string path) =>
        (File.GetUnixFileMode(handle) & UnixFileMode.SetGroup) is var group and not 0 && Stat(path) is { Kind: FileKind.Directory } ? group : 0;

    [SupportedOSPlatform("linux")]
    private static FileFacts? LinuxStat(string path)
    {
        if (UnixCalls.Stat(path, out var facts) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is UnixCalls.ErrorNotThere or UnixCalls.ErrorNotADirectory
                ? null
                : throw DiskError.Of(error, $"Looking at {path} failed");
        }

        var kind = (facts.Mode & 0xf000) switch // S_IFMT
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Directory,
            0xa000 => FileKind.Link,
            _ => FileKind.Other,
        };
        var modified = DateTimeOffset.FromUnixTimeSeconds(facts.ModifiedSeconds)
            .AddTicks(facts.ModifiedNanoseconds / TimeSpan.NanosecondsPerTick);
        var changed = (facts.ChangedSeconds * TimeSpan.TicksPerSecond) + (facts.ChangedNanoseconds / TimeSpan.NanosecondsPerTick);
        return new FileFacts(kind, (long)facts.Size, modified, (UnixFileMode)(facts.Mode & 0xfff))
        {
            Identity = new FileIdentity(((ulong)facts.VolumeMajor << 32) | facts.VolumeMinor, facts.Inode, changed),
        };
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        int descriptor;
        do
            descriptor = UnixCalls.Open(path, flags | UnixCalls.NotInherited);
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == UnixCalls.ErrorInterrupted);
        return descriptor < 0
            ? throw DiskError.Last($"Opening {path} failed")
            : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void PlainRename(string from, string to)
    {
        if (UnixCalls.Rename(from, to) != 0)
            throw DiskError.Last(Renaming(from, to));
    }

    /// <summary>False where this system or this volume lacks the flag; nothing has happened then.</summary>
    private static bool TryRename(string from, string to, uint linuxFlag, uint macFlag)
    {
        try
        {
            var here = UnixCalls.CurrentFolder;
            var result = OperatingSystem.IsLinux() ? UnixCalls.LinuxRename(here, from, here, to, linuxFlag)
                : OperatingSystem.IsMacOS() ? UnixCalls.MacRename(from, to, macFlag)
                : throw new PlatformNotSupportedException("The updater runs on Windows, Linux and macOS.");
            if (result == 0)
                return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // musl before 1.2.6 has no renameat2
        }

        var error = Marshal.GetLastPInvokeError();
        return IsNotSupported(error) ? false : throw DiskError.Of(error, Renaming(from, to));
    }

    private static bool IsNotSupported(int error) =>
        error == UnixCalls.ErrorInvalid || error == UnixCalls.ErrorNoCall || error == UnixCalls.ErrorNotSupported;

    private static string Renaming(string from, string to) => $"Renaming {from} to {to} failed";
}
