using System.IO.Abstractions;
using AppUpdater.Core.Disk;
using AppUpdater.Planning;

namespace AppUpdater.Staging;

/// <summary>Whether a plan fits on the disk, asked before the first byte, and what a full disk looks like afterwards.</summary>
internal static class DiskSpace
{
    /// <summary>Refuses a plan whose peak does not fit; <paramref name="staged"/> bytes of it lie on the disk already.</summary>
    internal static void Check(IFileSystem fileSystem, UpdatePlan plan, long staged)
    {
        foreach (var need in plan.PeakDisk)
        {
            var bytes = Math.Max(0, need.Bytes - staged);
            if (Free(fileSystem, need.Volume) is { } free && free < bytes)
            {
                throw new InstallException(
                    $"The update to {plan.To} needs {bytes} bytes free on the volume of \"{need.Volume}\", which has {free}: "
                    + $"{bytes - free} bytes are missing. Free some space and try again; nothing was changed.");
            }
        }
    }

    internal static InstallException Explain(IOException failure, string path) =>
        DiskError.IsDiskFull(failure)
            ? new InstallException(
                $"The disk is full: \"{path}\" could not be written. Free some space and try again; what was fetched so far is kept.", failure)
            : new InstallException($"\"{path}\" could not be written: {failure.Message}", failure);

    private static long? Free(IFileSystem fileSystem, string volume)
    {
        try
        {
            return fileSystem.DriveInfo.FromDriveName(volume).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // A UNC share has no DriveInfo: there the reservation of each file is the check.
            return null;
        }
    }
}
