using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>What a pull brings, and when not.</summary>
public sealed class MirrorPullTests : IDisposable
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
    public async Task A_tree_comes_over_with_its_times_and_empty_folders_and_once()
    {
        _served.WriteOld("a.txt", "one");
        _served.WriteOld("sub/deep/b.txt", "two");
        _served.WriteOld(".appupdater/state", "never");
        _served.WriteOld(".x.abc.uploading", "never");
        Directory.CreateDirectory(_served["empty"]);
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var told = new ToldEvents();
        var report = await PullAsync(server.Options(_here.Root), told);

        Assert.Empty(report.Failures);
        Assert.Equal((2, 6), (report.Transferred, report.Bytes));
        Assert.Equal(Old, File.GetLastWriteTimeUtc(_here["sub/deep/b.txt"]));
        Assert.Equal(["empty", "sub", "sub/deep"], told.Paths(MirrorEventKind.FolderCreated).Order());
        Assert.Equal(["a.txt", "sub/deep/b.txt"], told.Paths(MirrorEventKind.FileDone).Order());
        Assert.Equal(told.Paths(MirrorEventKind.Started).Order(), told.Paths(MirrorEventKind.FileDone).Order());
        Assert.False(File.Exists(_here[".x.abc.uploading"]));
        Assert.False(File.Exists(_here[".appupdater/state"]));
        Assert.Empty(Directory.GetFiles(_here[".appupdater/mirror/parts"]));

        var again = await PlanPullAsync(server.Options(_here.Root));
        Assert.Empty(again.Actions);
        Assert.Equal(2, again.Unchanged);
    }

    [Theory(Timeout = Limit)]
    [InlineData("size", true)]
    [InlineData("newer", true)]
    [InlineData("second newer", false)]
    [InlineData("older", false)]
    public async Task Without_a_record_size_and_a_newer_time_count(string what, bool isFetched)
    {
        _served.WriteOld("a.txt", "one");
        _here.WriteOld("a.txt", what == "size" ? "ones" : "two");
        File.SetLastWriteTimeUtc(_here["a.txt"], what switch { "newer" => Old.AddMinutes(-1), "second newer" => Old.AddSeconds(-1), _ => Old.AddMinutes(1) });
        await using var server = LoopbackFtpServer.Start(_served.Root);
        Assert.Equal(isFetched ? 1 : 0, (await PlanPullAsync(server.Options(_here.Root))).Actions.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task With_a_record_any_change_of_the_servers_time_counts_and_the_users_clock_does_not()
    {
        _served.WriteOld("a.txt", "one");
        _served.WriteOld("b.txt", "two", minutes: 7);
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await PullAsync(server.Options(_here.Root));
        File.SetLastWriteTimeUtc(_here["a.txt"], Old.AddYears(-3));
        Assert.Empty((await PlanPullAsync(server.Options(_here.Root))).Actions);

        _served.WriteOld("b.txt", "TWO", minutes: 3); // put back from an older copy
        var report = await PullAsync(server.Options(_here.Root));
        Assert.Equal(1, report.Transferred);
        Assert.Equal("TWO", await File.ReadAllTextAsync(_here["b.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_of_the_servers_zone_fetches_nothing_again()
    {
        for (var i = 0; i < 5; i++)
            _served.WriteOld($"f{i}", $"content {i}", minutes: i);
        await using (var server = LoopbackFtpServer.Start(_served.Root))
            await PullAsync(server.Options(_here.Root) with { Url = _served.Root });
        for (var i = 0; i < 5; i++)
            File.SetLastWriteTimeUtc(_served[$"f{i}"], Old.AddMinutes(i).AddHours(1));
        Assert.Empty((await PlanPullAsync(Options(_served.Root, _here.Root))).Actions);
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_moved_away_is_remembered_where_asked()
    {
        _served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var options = server.Options(_here.Root) with { Remember = true };
        await PullAsync(options);
        File.Delete(_here["a.txt"]);

        Assert.Empty((await PlanPullAsync(options)).Actions);
        Assert.Single((await PlanPullAsync(options with { Remember = false })).Actions);
        _served.WriteOld("a.txt", "one", minutes: 9);
        Assert.Single((await PlanPullAsync(options)).Actions);
    }

    [Fact(Timeout = Limit)]
    public async Task A_filter_leaves_files_and_folders_alone()
    {
        _served.WriteOld("a.max", "1");
        _served.WriteOld("sub/b.txt", "2");
        _served.WriteOld("sub/deep/c.max", "3");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var plan = await PlanPullAsync(server.Options(_here.Root) with { Filter = new MirrorFilter { Extensions = ["max"], Depth = 2 } });
        Assert.Equal(["Create a.max"], Lines(plan));
        Assert.Equal(1, plan.Skipped);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_settles_between_two_listings()
    {
        var clock = new Transport.ShiftedClock();
        _served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var options = server.Options(_here.Root) with { Settle = TimeSpan.FromMinutes(2), Clock = clock };
        var first = await PlanPullAsync(options);
        Assert.Equal((0, 1, 1), (first.Actions.Length, first.Skipped, first.Unsettled));

        clock.Advance(TimeSpan.FromMinutes(1));
        _served.WriteOld("a.txt", "grown");
        Assert.Empty((await PlanPullAsync(options)).Actions);
        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Empty((await PlanPullAsync(options)).Actions);
        clock.Advance(TimeSpan.FromSeconds(-3600)); // set right
        Assert.Empty((await PlanPullAsync(options)).Actions);
        clock.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(["Create a.txt"], Lines(await PlanPullAsync(options)));
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_waits_for_its_marker_and_is_told_when_all_of_it_is_done()
    {
        _served.WriteOld("one/a.txt", "1");
        _served.WriteOld("one/sub/b.txt", "2");
        _served.WriteOld("one/ready.ok", "");
        _served.WriteOld("two/c.txt", "3");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var told = new ToldEvents();
        var report = await PullAsync(server.Options(_here.Root) with { ReadyFile = "*.ok" }, told);

        Assert.Equal((3, 1), (report.Transferred, report.Skipped));
        Assert.False(Directory.Exists(_here["two"]));
        Assert.Equal(["one", "one/sub"], told.Paths(MirrorEventKind.FolderDone).Order());
        var all = told.All.Select(one => $"{one.Kind} {one.Path}").ToList();
        Assert.True(all.IndexOf("FolderDone one") > all.FindLastIndex(line => line.StartsWith("FileDone one", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_bytes_are_kept_once_and_a_later_change_parts_them()
    {
        _served.WriteOld("a.bin", "the same bytes");
        _served.WriteOld("sub/b.bin", "the same bytes", minutes: 5);
        _served.WriteOld("c.bin", "other bytes!!!");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var options = server.Options(_here.Root) with { Dedupe = true, Connections = 1 };
        var told = new ToldEvents();
        var report = await PullAsync(options, told);
        Assert.Equal(1, report.Duplicates);
        Assert.Single(told.All, one => one.Kind == MirrorEventKind.Duplicate && one.Reason is not null);
        Assert.Equal(Tree(_served.Root), Tree(_here.Root));
        await File.AppendAllTextAsync(_here["a.bin"], "+");
        Assert.EndsWith("+", await File.ReadAllTextAsync(_here["sub/b.bin"]), StringComparison.Ordinal); // one file by two names

        await File.WriteAllTextAsync(_here["a.bin"], "the same bytes");
        Assert.Empty((await PlanPullAsync(options)).Actions);
        _served.WriteOld("a.bin", "changed, longer than before", minutes: 9);
        await PullAsync(options);
        Assert.Equal(Tree(_served.Root), Tree(_here.Root));
    }
}
