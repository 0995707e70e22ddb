using System.Runtime.InteropServices;

namespace AppUpdater.Core.Disk;

/// <summary>The Win32 calls that .NET makes with other flags, or not at all.</summary>
internal static partial class WindowsCalls
{
    internal const uint ReplaceExisting = 1; // MOVEFILE_REPLACE_EXISTING
    internal const uint WriteThrough = 8;    // MOVEFILE_WRITE_THROUGH

    internal const int ErrorInvalidFunction = 1;
    internal const int ErrorNotSupported = 50;
    internal const int ErrorTooManyLinks = 1142;

    /// <summary>MoveFileExW. Without MOVEFILE_COPY_ALLOWED it refuses to go to another volume.</summary>
    [LibraryImport("kernel32.dll", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Move(string from, string to, uint flags);

    [LibraryImport("kernel32.dll", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Link(string added, string existing, nint security);

    /// <summary>
    /// The form of a full path that Win32 takes at any length (Win32 "Maximum Path Length Limitation"). It is taken as it stands: a slash
    /// in it is part of a name.
    /// </summary>
    internal static string LongPath(string path) =>
        path.StartsWith(@"\\?\", StringComparison.Ordinal) ? path
        : path.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\UNC\" + Backslashes(path[2..])
        : @"\\?\" + Backslashes(path);

    private static string Backslashes(string path) => path.Replace('/', '\\');
}
