using System.Text.Json;
using AppUpdater.Core.Processes;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>Removals that are too many, or in doubt, stay undone, and everybody who could be told is told.</summary>
public sealed class HeldBackTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly MirrorScene _scene = new();
    private readonly TempFolder _logs = new();

    public void Dispose()
    {
        _logs.Dispose();
        _scene.Dispose();
    }

    private string[] Logged => ["--delete", "--log-dir", _logs.Root, "--log-user", "x", "--log-json", _logs["log.json"]];

    [Fact(Timeout = Limit)]
    public async Task A_push_that_may_not_remove_so_many_ends_with_8_and_says_so_in_summary_log_json_and_status()
    {
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        string[] push = ["push", _scene.Here.Root, $"{server.Url}", .. Logged];
        Write(_scene.Here, 45);
        Assert.Equal(0, await _scene.RunAsync(push));
        Remove(_scene.Here, 21);

        Assert.Equal(8, await _scene.RunAsync([.. push, "--dry-run"]));
        Assert.Equal(8, await _scene.RunAsync(push));
        Assert.Contains("21 files are gone from the source", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(45, Directory.GetFiles(_scene.Served.Root).Length);
        var log = await File.ReadAllLinesAsync(_logs["upload_log_x.txt"]);
        Assert.Contains("\tproblem\t.\tx\tfailed\tNothing is removed: 21 files", log[^2], StringComparison.Ordinal);
        Assert.Contains("\tcycle-end\t-\tx\tfailed\t", log[^1], StringComparison.Ordinal);
        Assert.Contains("21 files", JsonDocument.Parse((await File.ReadAllLinesAsync(_logs["log.json"]))[^2]).RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);

        Assert.Equal(8, await _scene.RunAsync([.. push, "--json"]));
        Assert.Equal((8, 21, 0), (_scene.Json.GetProperty("code").GetInt32(), _scene.Json.GetProperty("heldBack").GetInt32(), _scene.Json.GetProperty("failed").GetInt32()));
        Assert.Contains("21 files", _scene.Json.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);

        await _scene.RunAsync("status", _scene.Here.Root);
        Assert.Contains("; 21 removals held back", _scene.Out, StringComparison.Ordinal);
        Assert.Contains("    Nothing is removed: 21 files", _scene.Out, StringComparison.Ordinal);
        await _scene.RunAsync("status", _scene.Here.Root, "--json");
        var status = _scene.Json.GetProperty("mirrors")[0];
        Assert.Equal((2, 21), (status.GetProperty("failedInARow").GetInt32(), status.GetProperty("lastResult").GetProperty("heldBack").GetInt32()));

        Assert.Equal(0, await _scene.RunAsync([.. push, "--max-delete", "21"]));
        Assert.Equal(24, Directory.GetFiles(_scene.Served.Root).Length);
        await _scene.RunAsync("status", _scene.Here.Root);
        Assert.DoesNotContain("held back", _scene.Out, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pull_of_a_folder_that_is_suddenly_empty_keeps_all_and_ends_with_8()
    {
        Write(_scene.Served, 5);
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        string[] pull = ["pull", $"{server.Url}", _scene.Here.Root, .. Logged];
        Assert.Equal(0, await _scene.RunAsync(pull));
        Remove(_scene.Served, 5);
        Assert.Equal(8, await _scene.RunAsync(pull));
        Assert.Contains("the server lists no file at all any more", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(5, Directory.GetFiles(_scene.Here.Root).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_tells_what_it_holds_back_and_that_it_no_longer_does()
    {
        Write(_scene.Here, 45);
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        using var stop = new CancellationTokenSource();
        var run = _scene.RunAsync(stop.Token, ["push", _scene.Here.Root, $"{server.Url}", "--watch", "--every", "1s", "--json", .. Logged]);
        Assert.True(await Polling.UntilAsync(() => Results().Count > 0, Patience, TimeProvider.System, default));
        Remove(_scene.Here, 21);
        Assert.True(await Polling.UntilAsync(() => Results()[^1] == (8, 21), Patience, TimeProvider.System, default));
        Write(_scene.Here, 45);
        Assert.True(await Polling.UntilAsync(() => Results()[^1] == (0, 0), Patience, TimeProvider.System, default));
        await stop.CancelAsync();
        Assert.Equal(0, await run);
        Assert.Equal(45, Directory.GetFiles(_scene.Served.Root).Length);
    }

    private List<(int Code, int HeldBack)> Results() => [.. _scene.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement).Select(root => (root.GetProperty("code").GetInt32(), root.GetProperty("heldBack").GetInt32()))];

    private static void Write(TempFolder folder, int files)
    {
        for (var i = 0; i < files; i++)
            folder.WriteOld($"f{i:00}", $"content {i}");
    }

    private static void Remove(TempFolder folder, int files)
    {
        for (var i = 0; i < files; i++)
            File.Delete(folder[$"f{i:00}"]);
    }
}
