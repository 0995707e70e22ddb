namespace AppUpdater.Core.Disk;

/// <summary>Picks the implementation for the system this process runs on.</summary>
internal static class DurableFiles
{
    internal static IDurableFiles ForThisSystem() => OperatingSystem.IsWindows() ? new WindowsDurableFiles() : new UnixDurableFiles();
}
