namespace AppUpdater.Core.Locks;

/// <summary>Opens a file whose handle is the lock: flock on Unix, a share mode on Windows. Freed with the process, however it ends.</summary>
internal static class LockFile
{
    private const int WindowsSharing = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION

    /// <summary>The open file, or null where another holds it in a way that excludes this one.</summary>
    /// <exception cref="InstallException">The file can't be created or opened.</exception>
    internal static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, access, share, bufferSize: 1);
        }
        catch (IOException e) when (e.HResult == Taken)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(
                $"{path} can't be opened: {Wording.Of(e)} Give the account that updates the app write access to {Path.GetDirectoryName(path)}, "
                + $"or update as the account that has it.", e);
        }
    }

    /// <summary>What .NET says where flock answers EWOULDBLOCK (11; 35 on macOS).</summary>
    private static int Taken => OperatingSystem.IsWindows() ? WindowsSharing : OperatingSystem.IsLinux() ? 11 : 35;
}
