using System.IO.Abstractions;

namespace AppUpdater.Planning;

/// <summary>Volumes by name.</summary>
internal static class Volumes
{
    /// <summary>The volume that holds a full path: its mount point, or a drive's root. The path itself where the system does not tell.</summary>
    internal static string Of(IFileSystem fileSystem, string path)
    {
        if (OperatingSystem.IsWindows())
            return Path.GetPathRoot(path) ?? path;
        try
        {
            return fileSystem.DriveInfo.GetDrives().Select(drive => drive.Name).Where(mount => Holds(mount, path)).MaxBy(mount => mount.Length) ?? path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    private static bool Holds(string mount, string path) =>
        path == mount || path.StartsWith(mount.EndsWith('/') ? mount : mount + "/", StringComparison.Ordinal);
}
