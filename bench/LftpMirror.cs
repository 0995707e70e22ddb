using System.Diagnostics;

namespace AppUpdater.Bench;

/// <summary>The peer: <c>lftp mirror --parallel=N</c>, with its default settings, or without its sync mode, and no one's rc file.</summary>
internal static class LftpMirror
{
    internal const string Absent = "lftp is not installed (apt-get install lftp)";

    internal static string? Find() => Programs.Find("lftp");

    /// <summary>Fetches the folder in which the server greets a client.</summary>
    internal static async Task<TimeSpan> RunAsync(Uri url, int connections, string into, CancellationToken ct, bool syncMode = true)
    {
        var script = $"set ftp:sync-mode {(syncMode ? "on" : "off")}; open ftp://{url.Authority}; mirror --parallel={connections} . {into}";
        var started = Stopwatch.GetTimestamp();
        using var lftp = Process.Start(new ProcessStartInfo(Find()!, ["--norc", "-c", script]) { RedirectStandardError = true })!;
        var errors = await lftp.StandardError.ReadToEndAsync(ct);
        await lftp.WaitForExitAsync(ct);
        var took = Stopwatch.GetElapsedTime(started);
        return lftp.ExitCode == 0 ? took : throw new InvalidOperationException($"lftp ended with {lftp.ExitCode}: {errors}");
    }
}
