using System.IO.Compression;
using AppUpdater;
using AppUpdater.Handover;
using AppUpdater.Testing;

namespace Demo;

/// <summary>The whole job on this machine: publish, install, update while running, survive a broken release.</summary>
internal sealed class Story(Narrator narrator, string folder)
{
    private readonly SampleBuilds _builds = new(Path.Join(folder, "builds"));
    private readonly Publisher _publisher = new(narrator, Directory.CreateDirectory(Path.Join(folder, "server")).FullName, Path.Join(folder, "keys"));
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

        narrator.Step("Make a key, publish 1.0.0, signed, and serve it by FTP");
        await _publisher.MakeKeysAsync(ct);
        await _publisher.PublishAsync("1.0.0", _builds["1.0.0"], ct);
        await using var server = LoopbackFtpServer.Start(_publisher.Folder, new FtpServerOptions { ReadOnly = true });
        narrator.Tell($"{server.Url}");

        using var app = Install(server.Url);
        var line = await app.WaitForAsync("SampleApp 1.0.0 runs", 0, ct);
        await AfterProbationAsync("1.0.0", ct);
        narrator.Claim(Tree.Differences(_builds["1.0.0"], _install).Count == 0, "the install is 1.0.0, byte for byte");

        line = await UpdateAsync(app, server, line, ct);
        line = await ForgeAsync(app, line, ct);
        await BreakAsync(app, line, ct);
    }

    /// <summary>What a user gets: an empty folder with the bootstrapper, a dato.ini, and the publisher's public keys.</summary>
    private RunningApp Install(Uri server)
    {
        narrator.Step("Install: an empty folder, the bootstrapper, a dato.ini, public keys; the bootstrapper fetches the app and starts it");
        var sample = Path.Join(Path.GetDirectoryName(SampleBuilds.Project()), "dato.ini");
        File.WriteAllText(Settings, File.ReadAllText(sample)
            .Replace("ftp://127.0.0.1:2121/", server.ToString(), StringComparison.Ordinal)
            .Replace("allow_unsigned = true", "keys = publisher.pub\nrecovery = recovery.pub", StringComparison.Ordinal)
            .Replace("; A plain folder of files is not signed.\n", "", StringComparison.Ordinal));
        foreach (var key in _publisher.PublicKeys)
            File.Copy(key, Path.Join(_install, Path.GetFileName(key)));
        var name = OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";
        File.Copy(Path.Join(_builds["1.0.0"], name), Path.Join(_install, name));
        return RunningApp.Start(narrator, Path.Join(_install, name), "--stay", "300");
    }

    private async Task<int> UpdateAsync(RunningApp app, LoopbackFtpServer server, int line, CancellationToken ct)
    {
        narrator.Step("The user saves a file of his own; 1.1.0 is published; the running app updates itself");
        Directory.CreateDirectory(Path.GetDirectoryName(Mine)!);
        await File.WriteAllTextAsync(Mine, "mine, not yours", ct);
        var bytes = server.BytesSent;
        var changed = Tree.Differences(_builds["1.1.0"], _install);
        await _publisher.PublishAsync("1.1.0", _builds["1.1.0"], ct);
        line = await app.WaitForAsync("SampleApp 1.1.0 runs", line, ct);
        bytes = server.BytesSent - bytes;
        await AfterProbationAsync("1.1.0", ct);

        narrator.Step("What became of it");
        narrator.Claim(Tree.Differences(_builds["1.1.0"], _install).Count == 0, "the install is 1.1.0, byte for byte");
        narrator.Claim(await File.ReadAllTextAsync(Mine, ct) == "mine, not yours", "the user's file is as he left it");
        var whole = Tree.Size(_builds["1.1.0"]);
        narrator.Tell($"{bytes:N0} bytes travelled, every check included; the whole app has {whole:N0}. Changed: {string.Join(", ", changed)}.");
        var size = changed.Sum(file => new FileInfo(Path.Join(_builds["1.1.0"], file)).Length);
        narrator.Claim(bytes < size, "that is less than the changed files have, and nothing else was fetched");
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

    /// <summary>Who can write to the server, or sits on the line, can say what he likes.</summary>
    private async Task<int> ForgeAsync(RunningApp app, int line, CancellationToken ct)
    {
        narrator.Step("Somebody else writes to the server: version.ini now offers a 9.9.9");
        var pointer = Path.Join(_publisher.Folder, "version.ini");
        var signed = await File.ReadAllTextAsync(pointer, ct);
        await File.WriteAllTextAsync(pointer, signed.Replace("1.1.0", "9.9.9", StringComparison.Ordinal), ct);
        line = await app.WaitForAsync("No update this time", line, ct);
        narrator.Claim(!await app.WroteAsync("Version 9.9.9 is there", line, TimeSpan.FromSeconds(3), ct), "what the publisher did not sign is not installed");
        narrator.Claim(Tree.Differences(_builds["1.1.0"], _install).Count == 0, "the install is 1.1.0, byte for byte");
        await File.WriteAllTextAsync(pointer, signed, ct);
        return line;
    }

    private async Task BreakAsync(RunningApp app, int line, CancellationToken ct)
    {
        narrator.Step("The broken 1.2.0 is published; 1.1.0 comes back");
        await _publisher.PublishAsync("1.2.0", _builds["1.2.0"], ct);
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
