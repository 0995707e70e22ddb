using System.Diagnostics;

namespace AppUpdater.Bench;

/// <summary>The peer: <c>lftp mirror --parallel=8</c>, with its default settings and no one's rc file.</summary>
internal static class LftpMirror
{
    internal const string Absent = "lftp is not installed (apt-get install lftp)";

    internal static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Join(folder, "lftp")).FirstOrDefault(File.Exists);

    /// <summary>Fetches the folder in which the server greets a client.</summary>
    internal static async Task<TimeSpan> RunAsync(int port, int connections, string into, CancellationToken ct)
    {
        var script = $"open ftp://127.0.0.1:{port}; mirror --parallel={connections} . {into}";
        var started = Stopwatch.GetTimestamp();
        using var lftp = Process.Start(new ProcessStartInfo(Find()!, ["--norc", "-c", script]) { RedirectStandardError = true })!;
        var errors = await lftp.StandardError.ReadToEndAsync(ct);
        await lftp.WaitForExitAsync(ct);
        var took = Stopwatch.GetElapsedTime(started);
        return lftp.ExitCode == 0 ? took : throw new InvalidOperationException($"lftp ended with {lftp.ExitCode}: {errors}");
    }
}
