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
        var (before, connections) = (server.Commands.Count, server.Connections);
        var check = await CliRun.RunAsync(["check", "--config", folder["install/dato.ini"]], ct);
        if (installed.ExitCode != 0 || check.ExitCode != 0 || server.Commands.Count == before)
        {
            Console.WriteLine($"  not measured: update ended with {installed.ExitCode}, check with {check.ExitCode}. {installed.Output} {check.Output}");
            return;
        }

        var commands = server.Commands.Skip(before).ToList();
        var data = commands.Count(command => command is "EPSV" or "PASV");
        connections = server.Connections - connections;

        // One each for connecting and the greeting together, for every command, for every data connection.
        Console.WriteLine($"  {connections + commands.Count + data} round trips: {connections} connection(s), {commands.Count} commands, {data} data connection(s)");
        Console.WriteLine($"  {string.Join(", ", commands)}");
        Console.WriteLine($"  {check.Took.TotalMilliseconds:F0} ms in all, the program's start included");
    }
}
