using System.Globalization;
using System.IO.Abstractions;
using System.Text;
using AppUpdater.Core.Disk;

namespace AppUpdater.Staging;

/// <summary>
/// Whether the system has been up since parts were written. What an ended process wrote is safe with the system; what was not flushed
/// when the power failed may read as zeros, and a plain tree tells no hash that would show it.
/// </summary>
internal sealed class BootMark(IFileSystem fileSystem, IDurableFiles files, TimeProvider clock)
{
    private const string BootId = "/proc/sys/kernel/random/boot_id"; // random(4)

    /// <summary>True where the folder was last marked in this uptime; marks it.</summary>
    internal bool IsStillUp(string folder)
    {
        var path = Path.Join(folder, "boot");
        var now = Now();
        if (files.Stat(path) is { Kind: FileKind.File, Length: < 256 } && fileSystem.File.ReadAllText(path) == now)
            return true;
        AtomicFile.Write(files, path, Encoding.UTF8.GetBytes(now));
        return false;
    }

    // Elsewhere: the hour the system started. Where it falls on the edge of one, parts begin at zero without need.
    private string Now() => fileSystem.File.Exists(BootId)
        ? fileSystem.File.ReadAllText(BootId).Trim()
        : (clock.GetUtcNow() - TimeSpan.FromMilliseconds(Environment.TickCount64)).ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
}
