using System.IO.Compression;
using AppUpdater;
using AppUpdater.Handover;
using AppUpdater.Testing;

namespace Demo;

/// <summary>The whole job on this machine: publish, install, update while running, survive a broken release.</summary>
internal sealed class Story(Narrator narrator, string folder)
{
    private readonly SampleBuilds _builds = new(Path.Join(folder, "builds"));
    private readonly Publisher _publisher = new(Directory.CreateDirectory(Path.Join(folder, "server")).FullName);
    private readonly string _install = Directory.CreateDirectory(Path.Join(folder, "install")).FullName;

    private string Settings => Path.Join(_install, "dato.ini");

    private string Mine => Path.Join(_install, "saves", "mine.txt");

    internal async Task RunAsync(CancellationToken ct)
    {
        narrator.Step("Build SampleApp 1.0.0, 1.1.0, and a 1.2.0 that is broken on purpose");
        foreach (var version in new[] { "1.0.0", "1.1.0", "1.2.0" })
        {
            await _builds.BuildAsync(version, isBroken: version == "1.2.0", ct);
            narrator.Tell($"{version}: {Tree.Files(_builds[version]).Count()} files, {Tree.Size(_builds[version]):N0} bytes");
        }

        narrator.Step("Serve 1.0.0 by FTP");
        _publisher.Publish("1.0.0", _builds["1.0.0"]);
        await using var server = LoopbackFtpServer.Start(_publisher.Folder, new FtpServerOptions { ReadOnly = true });
        narrator.Tell($"{server.Url}");

        using var app = Install(server.Url);
        var line = await app.WaitForAsync("SampleApp 1.0.0 runs", 0, ct);
        await AfterProbationAsync("1.0.0", ct);
        narrator.Claim(Tree.Differences(_builds["1.0.0"], _install).Count == 0, "the install is 1.0.0, byte for byte");

        line = await UpdateAsync(app, server, line, ct);
        await BreakAsync(app, line, ct);
    }

    /// <summary>What a user gets: an empty folder with two files, the bootstrapper and dato.ini.</summary>
    private RunningApp Install(Uri server)
    {
        narrator.Step("Install: an empty folder, the bootstrapper, a dato.ini; the bootstrapper fetches the app and starts it");
        var sample = Path.Join(Path.GetDirectoryName(SampleBuilds.Project()), "dato.ini");
        File.WriteAllText(Settings, File.ReadAllText(sample).Replace("ftp://127.0.0.1:2121/", server.ToString(), StringComparison.Ordinal));
        var name = OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";
        File.Copy(Path.Join(_builds["1.0.0"], name), Path.Join(_install, name));
        return RunningApp.Start(narrator, Path.Join(_install, name), "--stay", "300");
    }

    private async Task<int> UpdateAsync(RunningApp app, LoopbackFtpServer server, int line, CancellationToken ct)
    {
        narrator.Step("The user saves a file of his own; 1.1.0 is published, version.ini last; the running app updates itself");
        Directory.CreateDirectory(Path.GetDirectoryName(Mine)!);
        await File.WriteAllTextAsync(Mine, "mine, not yours", ct);
        var (bytes, commands) = (server.BytesSent, server.Commands.Count);
        var changed = Tree.Differences(_builds["1.1.0"], _install);
        _publisher.Publish("1.1.0", _builds["1.1.0"]);
        line = await app.WaitForAsync("SampleApp 1.1.0 runs", line, ct);
        bytes = server.BytesSent - bytes;
        var fetched = server.Commands.Skip(commands).Where(command => command.StartsWith("RETR", StringComparison.Ordinal)).Distinct().Count();
        await AfterProbationAsync("1.1.0", ct);

        narrator.Step("What became of it");
        narrator.Claim(Tree.Differences(_builds["1.1.0"], _install).Count == 0, "the install is 1.1.0, byte for byte");
        narrator.Claim(await File.ReadAllTextAsync(Mine, ct) == "mine, not yours", "the user's file is as he left it");
        var whole = Tree.Size(_builds["1.1.0"]);
        narrator.Tell($"{bytes:N0} bytes travelled, listings included; the whole app has {whole:N0}. Changed: {string.Join(", ", changed)}.");
        narrator.Claim(fetched == changed.Count + 1, $"nothing but the {changed.Count} changed files and version.ini was fetched");
        narrator.Claim(bytes < whole, "that is less than the whole app");
        await ListBackupAsync(changed, ct);
        return line;
    }

    private async Task ListBackupAsync(IReadOnlyList<string> changed, CancellationToken ct)
    {
        var backup = (await StatusAsync(ct)).Backups.FirstOrDefault() ?? throw new ClaimException("Not so: there is a backup");
        using var zip = await ZipFile.OpenReadAsync(backup, ct);
        narrator.Tell($"Backup {Path.GetFileName(backup)}:");
        foreach (var entry in zip.Entries)
            narrator.Tell($"  {entry.FullName}, {entry.Length:N0} bytes");
        var kept = zip.Entries.Select(entry => entry.FullName).ToList();
        narrator.Claim(
            changed.All(file => kept.Any(name => name.EndsWith(file.Replace('\\', '/'), StringComparison.Ordinal))), "the backup holds what was replaced");
    }

    private async Task BreakAsync(RunningApp app, int line, CancellationToken ct)
    {
        narrator.Step("The broken 1.2.0 is published; 1.1.0 comes back");
        _publisher.Publish("1.2.0", _builds["1.2.0"]);
        line = await app.WaitForAsync("SampleApp 1.2.0 runs", line, ct);
        line = await app.WaitForAsync("SampleApp 1.1.0 runs", line, ct);
        var status = await StatusAsync(ct);
        narrator.Claim(Tree.Differences(_builds["1.1.0"], _install).Count == 0, "the install is 1.1.0 again, byte for byte");
        narrator.Claim(status.LastSwap is { Result: SwapResult.Undone, To: "1.2.0" }, $"the host can read why: {status.LastSwap?.Reason}");
        narrator.Claim(await File.ReadAllTextAsync(Mine, ct) == "mine, not yours", "the user's file is as he left it");

        await using var updater = UpdateManager.FromSettings(Settings);
        narrator.Claim(await updater.CheckAsync(ct) is null, "1.2.0 is not offered again");
        narrator.Claim(!await app.WroteAsync("Version 1.2.0 is there", line, TimeSpan.FromSeconds(3), ct), "and the app runs on as 1.1.0");
    }

    private async Task AfterProbationAsync(string version, CancellationToken ct)
    {
        InstallStatus status;
        while ((status = await StatusAsync(ct)).LastSwap is not { Result: SwapResult.Confirmed } last || last.To != version)
            await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
        narrator.Claim(status.Version?.ToString() == version, $"{version} ran long enough and is confirmed");
    }

    private async Task<InstallStatus> StatusAsync(CancellationToken ct)
    {
        await using var updater = UpdateManager.FromSettings(Settings);
        return await updater.GetStatusAsync(ct);
    }
}
