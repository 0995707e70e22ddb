using System.Runtime.InteropServices;

namespace AppUpdater.Core.Disk;

/// <summary>Turns the system's error numbers into the exceptions that .NET itself throws for them, number kept in HResult.</summary>
internal static class DiskError
{
    private const int PermissionDenied = 1; // EPERM
    private const int AccessDenied = 13;    // EACCES
    private const int WindowsAccessDenied = 5;
    private const int NotFound = 2;         // ENOENT, ERROR_FILE_NOT_FOUND
    private const int WindowsPathNotFound = 3;
    private const int Win32Facility = unchecked((int)0x80070000);

    /// <summary>Whether a volume or a quota is full: freeing space helps, nothing else does.</summary>
    internal static bool IsDiskFull(IOException failure)
    {
        ReadOnlySpan<int> full = OperatingSystem.IsWindows()
            ? [Win32Facility | 112, Win32Facility | 39]                // ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL
            : [28, OperatingSystem.IsLinux() ? 122 : 69];              // ENOSPC, EDQUOT
        return full.Contains(failure.HResult);
    }

    /// <summary>The exception for the last P/Invoke's error. <paramref name="what"/> names the action and the path.</summary>
    internal static Exception Last(string what) => Of(Marshal.GetLastPInvokeError(), what);

    internal static Exception Of(int error, string what)
    {
        var message = $"{what}: {Marshal.GetPInvokeErrorMessage(error)}";
        return OperatingSystem.IsWindows() ? OfWindows(error, message) : OfUnix(error, message);
    }

    private static Exception OfUnix(int error, string message) => error switch
    {
        PermissionDenied or AccessDenied => new UnauthorizedAccessException(message, new IOException(message, error)),
        NotFound => new FileNotFoundException(message),
        _ => new IOException(message, error),
    };

    private static Exception OfWindows(int error, string message) => error switch
    {
        WindowsAccessDenied => new UnauthorizedAccessException(message, new IOException(message, Win32Facility | error)),
        NotFound or WindowsPathNotFound => new FileNotFoundException(message),
        _ => new IOException(message, Win32Facility | error),
    };
}
