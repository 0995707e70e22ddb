namespace AppUpdater.Mirroring;

/// <summary>What a volume has room for: bytes free to this user, and the largest file; null where the system does not tell.</summary>
internal sealed record LocalVolume(long? Free, long? LargestFile)
{
    // FAT keeps a file's size in 32 bits.
    private const long LargestOnFat = uint.MaxValue;

    private static readonly string[] Fat = ["vfat", "msdos", "fat", "fat32", "fat16", "fat12"];

    /// <param name="folder">A full path that is there.</param>
    internal static LocalVolume Of(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return new LocalVolume(drive.AvailableFreeSpace, Fat.Contains(drive.DriveFormat, StringComparer.OrdinalIgnoreCase) ? LargestOnFat : null);
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return new LocalVolume(null, null); // a UNC share has no DriveInfo: there the disk itself says no
        }
    }
}
