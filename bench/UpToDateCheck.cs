using AppUpdater.Testing;

namespace AppUpdater.Bench;

/// <summary>What <c>appupdater check</c> costs when there is nothing new: the conversation, counted.</summary>
internal static class UpToDateCheck
{
    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine("check, up to date");
        using var folder = new BenchFolder();
        folder.WriteVersion("1.0.0");
        foreach (var name in new[] { "app.dll", "data.bin", "readme.txt" })
            await File.WriteAllTextAsync(folder["served/" + name], name, ct);
        await using var server = LoopbackFtpServer.Start(folder["served"], new FtpServerOptions { ReadOnly = true });
        folder.WriteSettings(server.Url);

        var installed = await CliRun.RunAsync(["update", "--config", folder["install/dato.ini"]], ct);
        var (before, roundTrips) = (server.Commands.Count, server.RoundTrips);
        var check = await CliRun.RunAsync(["check", "--config", folder["install/dato.ini"]], ct);
        if (installed.ExitCode != 0 || check.ExitCode != 0 || server.Commands.Count == before)
        {
            Console.WriteLine($"  not measured: update ended with {installed.ExitCode}, check with {check.ExitCode}. {installed.Output} {check.Output}");
            return;
        }

        var commands = server.Commands.Skip(before).ToList();
        Console.WriteLine($"  {server.RoundTrips - roundTrips} round trips, the one to connect included; {commands.Count} commands");
        Console.WriteLine($"  {string.Join(", ", commands)}");
        Console.WriteLine($"  {check.Took.TotalMilliseconds:F0} ms in all, the program's start included");
    }
}
