using System.Diagnostics;

namespace AppUpdater.Bench;

/// <summary>The peer: <c>lftp mirror --parallel=N</c>, with its default settings, or without its sync mode, and no one's rc file.</summary>
internal static class LftpMirror
{
    internal const string Absent = "lftp is not installed (apt-get install lftp)";

    internal static string? Find() => Programs.Find("lftp");

    /// <summary>Fetches the folder in which the server greets a client.</summary>
    internal static Task<TimeSpan> RunAsync(Uri url, int connections, string into, CancellationToken ct, bool syncMode = true) =>
        MirrorAsync(url, $"--parallel={connections} . {into}", syncMode, ct);

    /// <summary>Sends a folder to <c>into</c> in the one in which the server greets a client.</summary>
    internal static Task<TimeSpan> PushAsync(Uri url, int connections, string from, CancellationToken ct, bool syncMode = true) =>
        MirrorAsync(url, $"-R --parallel={connections} {from} into", syncMode, ct);

    private static async Task<TimeSpan> MirrorAsync(Uri url, string arguments, bool syncMode, CancellationToken ct)
    {
        var script = $"set ftp:sync-mode {(syncMode ? "on" : "off")}; open ftp://{url.Authority}; mirror {arguments}";
        var started = Stopwatch.GetTimestamp();
        using var lftp = Process.Start(new ProcessStartInfo(Find()!, ["--norc", "-c", script]) { RedirectStandardError = true })!;
        var errors = await lftp.StandardError.ReadToEndAsync(ct);
        await lftp.WaitForExitAsync(ct);
        var took = Stopwatch.GetElapsedTime(started);
        return lftp.ExitCode == 0 ? took : throw new InvalidOperationException($"lftp ended with {lftp.ExitCode}: {errors}");
    }
}
