using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Bench;

/// <summary>The peer: <c>rclone copy --transfers N --checkers N</c>, with no one's configuration.</summary>
internal static class RcloneCopy
{
    internal const string Absent = "rclone is not installed (apt-get install rclone)";

    internal static string? Find() => Programs.Find("rclone");

    internal static async Task<TimeSpan> RunAsync(Uri url, int connections, string into, CancellationToken ct)
    {
        var many = connections.ToString(CultureInfo.InvariantCulture);
        var password = (await Programs.RunAsync("rclone", ["--config", "", "obscure", "guest"], ct)).Trim();
        var from = $":ftp,host={url.Host},port={url.Port.ToString(CultureInfo.InvariantCulture)},user=anonymous,pass={password}:{url.AbsolutePath.TrimStart('/').Insert(0, "/")}";
        var started = Stopwatch.GetTimestamp();
        await Programs.RunAsync("rclone", ["--config", "", "copy", "--transfers", many, "--checkers", many, from, into], ct);
        return Stopwatch.GetElapsedTime(started);
    }
}
