using System.Diagnostics;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary><c>appupdater mirror</c> as a process of its own, to its end or until it is killed.</summary>
internal static class MirrorProcess
{
    private const string Connections = "4";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    internal static string[] Pull(MirrorServer server, string folder, params string[] more) => Line(server, ["pull", server.Url, folder], more);

    internal static string[] Push(MirrorServer server, string folder, params string[] more) => Line(server, ["push", folder, server.Url], more);

    internal static Task<CliRun> RunAsync(string[] line) => CliRun.RunAsync(Before, CliRun.Program, line);

    /// <summary>Kills it (SIGKILL) as soon as a moment has come, or after a time; true where it was still at work.</summary>
    internal static async Task<bool> KillAsync(string[] line, Func<bool> hasCome, TimeSpan latest)
    {
        var start = new ProcessStartInfo("dotnet", [CliRun.Program, .. line]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["APPUPDATER_PASSWORD"] = ServerLogin.Password;
        using var process = Process.Start(start)!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var since = Stopwatch.GetTimestamp();
        while (!process.HasExited && !hasCome() && Stopwatch.GetElapsedTime(since) < latest)
            await Task.Delay(BetweenLooks);
        var wasAtWork = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync();
        var text = string.Concat(await said);
        Assert.True(wasAtWork || process.ExitCode == 0, $"It ended with {process.ExitCode} before it was killed and said:\n{text}");
        return wasAtWork;
    }

    private static string[] Before => ["env", $"APPUPDATER_PASSWORD={ServerLogin.Password}"];

    private static string[] Line(MirrorServer server, string[] verb, string[] more) =>
        ["mirror", .. verb, "--connections", Connections, .. server.User is { } user ? (string[])["--user", user] : [], .. more];
}
