using System.Globalization;
using System.IO.Abstractions;
using System.Text;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Staging;

/// <summary>
/// Names this run of the system, in the name of every part. What an ended process wrote is safe with the system; what was not flushed
/// when the power failed may read as zeros, and a plain tree tells no hash that would show it: such parts are not taken up.
/// </summary>
internal static class Uptime
{
    private const string BootId = "/proc/sys/kernel/random/boot_id"; // random(4)

    /// <summary>Eight hex digits, other ones after the system was started again.</summary>
    internal static string Name(IFileSystem fileSystem, TimeProvider clock)
    {
        // Elsewhere the hour the system started: on the edge of one, parts begin at zero without need.
        var start = fileSystem.File.Exists(BootId)
            ? fileSystem.File.ReadAllText(BootId)
            : (clock.GetUtcNow() - TimeSpan.FromMilliseconds(Environment.TickCount64)).ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
        return ContentHash.Of(Encoding.UTF8.GetBytes(start)).Hex[..8];
    }
}
