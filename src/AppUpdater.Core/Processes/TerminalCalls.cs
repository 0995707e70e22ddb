using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using AppUpdater.Core.Disk;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Core.Processes;

/// <summary>What Linux knows of terminals and .NET has no name for.</summary>
[SupportedOSPlatform("linux")]
internal static partial class TerminalCalls
{
    /// <summary>More than any libc's struct termios takes (60 bytes on glibc and musl).</summary>
    internal const int SettingsSize = 256;

    /// <summary>Of c_lflag in struct termios: behind three flags of 4 bytes.</summary>
    internal const int LocalFlags = 12;

    /// <summary>ICANON and ECHO (asm-generic/termbits.h).</summary>
    internal const int LineByLine = 0x2 | 0x8;

    internal const int Now = 0; // TCSANOW
    internal const short CanRead = 1; // POLLIN

    [StructLayout(LayoutKind.Sequential)]
    internal struct Polled
    {
        internal int Descriptor;
        internal short Asked;
        internal short Found;
    }

    /// <summary>Whether what is typed at this session's terminal, Ctrl+C included, goes to this process's group.</summary>
    internal static bool IsHeard()
    {
        var terminal = UnixCalls.Open("/dev/tty", UnixCalls.NotInherited);
        if (terminal < 0)
            return false; // the session has none, or lost it
        using var handle = new SafeFileHandle(terminal, ownsHandle: true);
        return ForegroundGroup(terminal) == OwnGroup();
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int GetSettings(int descriptor, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int SetSettings(int descriptor, int when, ReadOnlySpan<byte> settings);

    /// <summary>The process group that the terminal listens to and sends its signals to; -1 where it is no terminal of this session.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Poll(ref Polled polled, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial nint Read(int descriptor, Span<byte> buffer, nint count);
}
