using System.Text.Json;
using AppUpdater.Core.Processes;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>Mirrors that are kept going from the command line, with their logs, programs and status, until they are stopped.</summary>
public sealed class MirrorServiceTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly MirrorScene _scene = new();
    private readonly TempFolder _logs = new();

    private TempFolder Served => _scene.Served;

    private TempFolder Here => _scene.Here;

    public void Dispose()
    {
        _logs.Dispose();
        _scene.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task A_single_run_writes_its_logs_starts_the_program_and_is_known_to_status()
    {
        Served.WriteOld("done/a.txt", "one");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        Assert.Equal(0, await _scene.RunAsync(
            "pull", $"{server.Url}", Here.Root, "--log-dir", _logs.Root, "--log-user", "Aixa", "--log-json", _logs["log.json"], "--on-folder-done", "echo whole"));
        var log = await File.ReadAllLinesAsync(_logs["download_log_Aixa.txt"]);
        Assert.Single(log, line => line.Contains("\tend\tdone/a.txt\tAixa\tok\t", StringComparison.Ordinal));
        Assert.Contains(await File.ReadAllLinesAsync(_logs["log.json"]), line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString() == "folder-done");
        if (!OperatingSystem.IsWindows())
            Assert.Contains($"whole {Here["done"]}", _scene.Error, StringComparison.Ordinal);

        Assert.Equal(0, await _scene.RunAsync("status", Here.Root, "--json"));
        var mirror = Assert.Single(_scene.Json.GetProperty("mirrors").EnumerateArray());
        Assert.Equal(1, mirror.GetProperty("lastResult").GetProperty("transferred").GetInt32());
        Assert.NotEqual(JsonValueKind.Null, mirror.GetProperty("lastSuccess").ValueKind);
    }

    [Fact(Timeout = Limit)]
    public async Task Cycles_bring_what_comes_and_end_with_0_where_they_are_stopped()
    {
        Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        using var stop = new CancellationTokenSource();
        var run = _scene.RunAsync(stop.Token, "pull", $"{server.Url}", Here.Root, "--every", "1s", "--settle", "0", "--log-dir", _logs.Root, "--log-user", "x");
        Assert.True(await Polling.UntilAsync(() => File.Exists(Here["a.txt"]), Patience, TimeProvider.System, default));
        Served.WriteOld("b.txt", "two");
        Assert.True(await Polling.UntilAsync(() => File.Exists(Here["b.txt"]), Patience, TimeProvider.System, default));
        Assert.True(await Polling.UntilAsync(() => _scene.Out.Split('\n').Length > 2, Patience, TimeProvider.System, default));
        await stop.CancelAsync();

        Assert.Equal(0, await run);
        Assert.Contains(": 1 new or changed, 1 unchanged, 0 removed, 0 failed; ", _scene.Out, StringComparison.Ordinal);
        Assert.Contains(": stopped. ", _scene.Error, StringComparison.Ordinal);
        var ends = (await File.ReadAllLinesAsync(_logs["download_log_x.txt"])).Where(line => line.Contains("\tend\t", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, ends.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_sends_what_changes_and_tells_a_script_the_end_of_each_cycle()
    {
        Here.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        using var stop = new CancellationTokenSource();
        var run = _scene.RunAsync(stop.Token, "push", Here.Root, $"{server.Url}", "--watch", "--every", "1s", "--json", "--log-dir", _logs.Root, "--log-style", "seed", "--log-user", "root");
        Assert.True(await Polling.UntilAsync(() => File.Exists(Served["a.txt"]), Patience, TimeProvider.System, default));
        Here.WriteOld("sub/b.txt", "two");
        Assert.True(await Polling.UntilAsync(() => _scene.Out.Contains("\"new\":1", StringComparison.Ordinal) && File.Exists(Served["sub/b.txt"]), Patience, TimeProvider.System, default));
        await stop.CancelAsync();

        Assert.Equal(0, await run);
        var results = _scene.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("code").GetInt32());
        Assert.All(results, code => Assert.Equal(0, code));
        var log = await File.ReadAllTextAsync(_logs["upload_log_root.txt"]);
        Assert.Contains(" - root - INFO - File created / updated : ", log, StringComparison.Ordinal);
        Assert.Contains(" - root - INFO - Folder created: sub", log, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Jobs_with_a_schedule_run_side_by_side_and_status_knows_all_of_a_file()
    {
        Served.WriteOld("in/a.txt", "one");
        Here.WriteOld("out/b.txt", "two");
        Directory.CreateDirectory(Served["back"]);
        await using var server = LoopbackFtpServer.Start(Served.Root);
        Here.Write("mirror.ini", $"""
            [defaults]
            every = 1s

            [down]
            direction = pull
            url = {server.Url}in
            directory = in
            settle = 0

            [up]
            direction = push
            url = {server.Url}back
            directory = out
            """);
        using var stop = new CancellationTokenSource();
        var run = _scene.RunAsync(stop.Token, "run", "--config", Here["mirror.ini"]);
        Assert.True(await Polling.UntilAsync(() => File.Exists(Here["in/a.txt"]) && File.Exists(Served["back/b.txt"]), Patience, TimeProvider.System, default));
        Assert.True(await Polling.UntilAsync(
            () => _scene.Out.Contains("down: ", StringComparison.Ordinal) && _scene.Out.Contains("up: ", StringComparison.Ordinal), Patience, TimeProvider.System, default));
        await stop.CancelAsync();
        Assert.Equal(0, await run);

        Assert.Equal(0, await _scene.RunAsync("status", "--config", Here["mirror.ini"], "--json"));
        Assert.Equal(["down", "up"], _scene.Json.GetProperty("folders").EnumerateArray()
            .SelectMany(folder => folder.GetProperty("mirrors").EnumerateArray()).Select(mirror => mirror.GetProperty("job").GetString()));
        Assert.Equal(0, await _scene.RunAsync("status", "--config", Here["mirror.ini"], "--job", "up"));
        Assert.StartsWith("up: ", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(2, await _scene.RunAsync("status"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_job_that_another_has_is_told_and_the_others_go_on()
    {
        Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(Served.Root);
        using var stop = new CancellationTokenSource();
        string[] cycles = ["pull", $"{server.Url}", Here["mine"], "--every", "1h", "--settle", "0"];
        var first = _scene.RunAsync(stop.Token, cycles);
        Assert.True(await Polling.UntilAsync(() => _scene.Out.Contains("Next: ", StringComparison.Ordinal), Patience, TimeProvider.System, default));

        using var other = new MirrorScene();
        Assert.Equal(6, await other.RunAsync(cycles));
        Assert.Contains($"process {Environment.ProcessId} ", other.Error, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(0, await first);
    }
}
