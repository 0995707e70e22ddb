using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace AppUpdater.Core.Disk;

/// <summary>The system calls that .NET has no name for, and the numbers they take on Linux and macOS.</summary>
internal static partial class UnixCalls
{
    internal const int WorkingDirectoryOfThread = 0x200; // CLONE_FS

    internal const int ErrorNotThere = 2;         // ENOENT
    internal const int ErrorInterrupted = 4;      // EINTR
    internal const int ErrorNotADirectory = 20;   // ENOTDIR
    internal const int ErrorExists = 17;          // EEXIST
    internal const int ErrorNotPermitted = 1;     // EPERM: what vfat answers to link
    internal const int ErrorInvalid = 22;         // EINVAL: the volume does not know the flag
    internal const int ErrorTooManyLinks = 31;    // EMLINK

    internal static int ErrorNoCall => OperatingSystem.IsLinux() ? 38 : 78;        // ENOSYS
    internal static int ErrorNotSupported => OperatingSystem.IsLinux() ? 95 : 45;  // EOPNOTSUPP (ENOTSUP on macOS)
    internal static int CurrentFolder => OperatingSystem.IsLinux() ? -100 : -2;    // AT_FDCWD

    internal const uint LinuxNoReplace = 1;  // RENAME_NOREPLACE
    internal const uint LinuxExchange = 2;   // RENAME_EXCHANGE
    internal const uint MacExclusive = 4;    // RENAME_EXCL
    internal const uint MacSwap = 2;         // RENAME_SWAP

    private const int StatNoFollow = 0x100;      // AT_SYMLINK_NOFOLLOW
    private const uint StatBasic = 0x7ff;        // STATX_BASIC_STATS

    /// <summary>O_CLOEXEC.</summary>
    internal static int NotInherited => OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;

    /// <summary>O_NOFOLLOW; arm numbers its flags on Linux otherwise than the rest.</summary>
    internal static int NoFollow => !OperatingSystem.IsLinux() ? 0x100 : IsArm ? 0x8000 : 0x20000;

    /// <summary>O_DIRECTORY.</summary>
    internal static int OnlyDirectory => !OperatingSystem.IsLinux() ? 0x100000 : IsArm ? 0x4000 : 0x10000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Duplicate(int descriptor, int onto);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Rename(string from, string to);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int LinuxRename(int fromFolder, string from, int toFolder, string to, uint flags);

    [SupportedOSPlatform("macos")]
    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int MacRename(string from, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Link(int existingFolder, string existing, int addedFolder, string added, int flags);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Unlink(string path);

    /// <summary>realpath(3): the path with every link in it followed; the buffer holds PATH_MAX bytes.</summary>
    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial nint RealPath(string path, Span<byte> buffer);

    /// <summary>execv(3): the process becomes another program, with this environment. The array ends with null; it returns only to fail.</summary>
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Execute(string path, string?[] arguments);

    /// <summary>unshare(2): what the calling thread shares with the others is its own from now on.</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Unshare(int flags);

    /// <summary>signal(2): what a signal does from now on, by address; 0 is the system's default. Returns what it did before.</summary>
    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial nint Handle(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Signal(int process, int signal);

    /// <summary>pidfd_open(2), by number: the name came to glibc with 2.36. The same number on every architecture .NET runs on.</summary>
    [SupportedOSPlatform("linux")]
    internal static int WatchProcess(int process) => (int)SystemCall(434, process, 0);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint SystemCall(nint number, nint first, nint second);

    /// <summary>poll(2) of one descriptor. 1: something happened.</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Poll(ref Watched descriptor, nuint count, int milliseconds);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Watched
    {
        internal int Descriptor;
        internal short Wanted;
        internal short Seen;
    }

    /// <summary>statx(2), of the entry itself: its layout is the same on every Linux, that of struct stat is not.</summary>
    [SupportedOSPlatform("linux")]
    internal static int Stat(string path, out LinuxStat facts) => Statx(CurrentFolder, path, StatNoFollow, StatBasic, out facts);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out LinuxStat facts);

    /// <summary>struct statx of linux/stat.h, the fields that are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct LinuxStat
    {
        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(40)]
        internal ulong Size;

        [FieldOffset(96)]
        internal long ChangedSeconds;

        [FieldOffset(104)]
        internal uint ChangedNanoseconds;

        [FieldOffset(112)]
        internal long ModifiedSeconds;

        [FieldOffset(120)]
        internal uint ModifiedNanoseconds;

        [FieldOffset(136)]
        internal uint VolumeMajor;

        [FieldOffset(140)]
        internal uint VolumeMinor;
    }
}
