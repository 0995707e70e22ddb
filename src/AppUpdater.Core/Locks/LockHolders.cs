using System.Globalization;
using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Locks;

/// <summary>Which processes hold a file's lock, for a message. Linux tells it to everybody (proc_locks(5)), of other users' processes as well.</summary>
internal static class LockHolders
{
    private const string Waiting = "->";

    /// <summary>The processes' ids, in order; none where the system does not tell.</summary>
    internal static IReadOnlyList<int> Of(string path)
    {
        if (!OperatingSystem.IsLinux() || UnixCalls.Stat(path, out var facts) != 0)
            return [];
        var file = string.Create(CultureInfo.InvariantCulture, $"{facts.VolumeMajor:x2}:{facts.VolumeMinor:x2}:{facts.Inode}");
        try
        {
            return [.. File.ReadLines("/proc/locks").Select(line => Holder(line, file)).OfType<int>().Distinct().Order()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // a hardened /proc
        }
    }

    /// <summary>Of <c>1: FLOCK ADVISORY READ 1234 fe:00:5678 0 EOF</c> the 1234; null where the file is another.</summary>
    private static int? Holder(string line, string file) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kind, _, _, var id, var locked, ..] && kind != Waiting && locked == file
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process > 0 // 0: of another container
            ? process
            : null;
}
