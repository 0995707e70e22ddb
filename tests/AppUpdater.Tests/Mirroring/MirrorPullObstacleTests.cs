using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>What stands in the way of a pull: names, files, room, connections, another mirror.</summary>
public sealed class MirrorPullObstacleTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();

    public void Dispose()
    {
        _served.Dispose();
        _here.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Hostile_names_and_denied_files_are_reported_and_the_rest_comes()
    {
        _served.WriteOld("a.txt", "one");
        _served.WriteOld("denied.txt", "two");
        _served.WriteOld("locked/c.txt", "three");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        server.Faults.ExtraListingNames = ["..", "CON", "../../etc/passwd"];
        server.Faults.OnCommand = line => line == "RETR /denied.txt" ? FaultAction.Answer("550 Permission denied.")
            : line.EndsWith(" /locked", StringComparison.Ordinal) ? FaultAction.Answer("550 Permission denied.") : null;
        var report = await PullAsync(server.Options(_here.Root));
        Assert.Equal(["a.txt"], Tree(_here.Root).Where(line => !line.EndsWith('/')).Select(line => line.Split(' ')[0]));
        Assert.Contains(report.Failures, failure => failure.Reason.Contains("\"CON\"", StringComparison.Ordinal));
        Assert.Contains(report.Failures, failure => failure.Path == P("denied.txt"));
        Assert.Contains(report.Failures, failure => failure.Path == P("locked"));
    }

    [Fact(Timeout = Limit)]
    public async Task What_lies_in_the_way_here_is_reported_and_never_written_through()
    {
        using var outside = new TempFolder();
        _served.WriteOld("a.txt", "one");
        _served.WriteOld("folder/b.txt", "two");
        _served.WriteOld("link/c.txt", "three");
        _served.WriteOld("file/d.txt", "four");
        Directory.CreateDirectory(_here["a.txt"]);
        Directory.CreateSymbolicLink(_here["link"], outside.Root);
        _here.WriteOld("file", "a file");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        foreach (var follow in new[] { false, true })
        {
            var report = await PullAsync(server.Options(_here.Root) with { FollowLinks = follow });
            Assert.Equal(["a.txt", "file", "file/d.txt", "link", "link/c.txt"], report.Failures.Select(failure => $"{failure.Path}").Order());
        }

        Assert.Equal("two", await File.ReadAllTextAsync(_here["folder/b.txt"]));
        Assert.Empty(Directory.GetFileSystemEntries(outside.Root));
        Assert.Equal("a file", await File.ReadAllTextAsync(_here["file"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Names_that_differ_by_case_do_not_take_each_others_place()
    {
        _served.WriteOld("a.txt", "one");
        _served.WriteOld("A.txt", "two");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var plan = await PlanPullAsync(server.Options(_here.Root) with { IsCaseless = true });
        Assert.Equal(["Create A.txt"], Lines(plan));
        Assert.Equal(P("a.txt"), Assert.Single(plan.Failures).Path);
    }

    [Fact(Timeout = Limit)]
    public async Task Room_is_kept_and_what_the_file_system_can_not_hold_is_told_before_it_travels()
    {
        _served.WriteOld("a.txt", "one");
        _served.WriteOld("large.bin", new string('x', 5000));
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var options = server.Options(_here.Root) with { Connections = 1, Volume = _ => new LocalVolume(10_000, 4000) };
        var report = await PullAsync(options);
        Assert.Equal(P("large.bin"), Assert.Single(report.Failures).Path);
        Assert.Equal(1, report.Transferred);

        options = options with { MinFree = 6000, Volume = _ => new LocalVolume(10_000, null) };
        var full = await Assert.ThrowsAsync<InstallException>(() => PullAsync(options));
        Assert.Contains("1000 bytes are missing", full.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("RETR /large.bin", server.Commands);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_connections_are_enough_for_eight()
    {
        for (var i = 0; i < 30; i++)
            _served.WriteOld($"d{i % 5}/f{i}", $"content {i}");
        await using var server = LoopbackFtpServer.Start(_served.Root, new FtpServerOptions { MaxConnections = 2 });
        var report = await PullAsync(server.Options(_here.Root) with { Connections = 8, Retries = 4 });
        Assert.Empty(report.Failures);
        Assert.Equal(Tree(_served.Root), Tree(_here.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_mirror_of_the_two_folders_is_told_who_has_them()
    {
        _served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await using (var first = MirrorPull.Open(server.Options(_here.Root)))
        {
            await first.PlanAsync();
            await using var second = MirrorPush.Open(server.Options(_here.Root));
            var refusal = await Assert.ThrowsAsync<InstallException>(() => second.PlanAsync());
            Assert.Contains($"process {Environment.ProcessId} on ", refusal.Message, StringComparison.Ordinal);
        }

        await PullAsync(server.Options(_here.Root));
    }
}
