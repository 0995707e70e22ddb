using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>What a push sends, in which order, and what it may remove.</summary>
public sealed class MirrorPushTests : IDisposable
{
    private const int Limit = 120_000;

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();

    public void Dispose()
    {
        _served.Dispose();
        _here.Dispose();
    }

    private MirrorOptions Deleting(LoopbackFtpServer server) => server.Options(_here.Root) with { Delete = true };

    [Fact(Timeout = Limit)]
    public async Task A_tree_goes_over_once_with_times_and_empty_folders()
    {
        _here.WriteOld("a.txt", "one");
        _here.WriteOld("sub/deep/b.txt", "two");
        Directory.CreateDirectory(_here["empty"]);
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var report = await PushAsync(server.Options(_here.Root));
        Assert.Equal((2, 6), (report.Transferred, report.Bytes));
        Assert.Equal(Tree(_here.Root), Tree(_served.Root));
        Assert.Equal(Old, File.GetLastWriteTimeUtc(_served["a.txt"]));
        Assert.False(Directory.Exists(_served[".appupdater"]));
        Assert.Empty((await PlanPushAsync(server.Options(_here.Root))).Actions);

        Directory.Delete(_here[".appupdater"], recursive: true); // costs a comparison
        var compared = await PlanPushAsync(Deleting(server));
        Assert.Equal((0, 2), (compared.Actions.Length, compared.Unchanged));
    }

    [Fact(Timeout = Limit)]
    public async Task What_changed_on_either_side_is_sent_again()
    {
        _here.WriteOld("a.txt", "one");
        _here.WriteOld("b.txt", "two");
        _here.WriteOld("c.txt", "six", minutes: 3);
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await PushAsync(server.Options(_here.Root));
        await PushAsync(server.Options(_here.Root));
        _here.WriteOld("a.txt", "ONE", minutes: 1);
        _served.WriteOld("b.txt", "TWO", minutes: 2);
        File.Delete(_served["c.txt"]);
        Assert.Equal(["Update a.txt", "Update b.txt", "Create c.txt"], Lines(await PlanPushAsync(server.Options(_here.Root))));
    }

    [Fact(Timeout = Limit)]
    public async Task Only_what_was_sent_is_removed_and_nothing_on_a_first_run()
    {
        _here.WriteOld("a.txt", "one");
        _here.WriteOld("sub/b.txt", "two");
        _here.WriteOld("sub/c.txt", "two");
        _served.WriteOld("theirs.txt", "somebody else's");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        Assert.Equal(0, (await PushAsync(Deleting(server))).Removed);
        Directory.Delete(_here["sub"], recursive: true);
        _served.WriteOld("sub/c.txt", "replaced there");
        var told = new ToldEvents();
        await PushAsync(Deleting(server), told);
        Assert.Equal(["sub/b.txt"], told.Paths(MirrorEventKind.FileRemoved));
        Assert.Equal(["a.txt", "sub/", "sub/c.txt", "theirs.txt"], Tree(_served.Root).Select(line => line.Split(' ')[0]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_and_a_folder_change_places()
    {
        _here.WriteOld("one", "a file");
        _here.WriteOld("two/x", "in a folder");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await PushAsync(Deleting(server));
        File.Delete(_here["one"]);
        Directory.Delete(_here["two"], recursive: true);
        _here.WriteOld("one/y", "in a folder");
        _here.WriteOld("two", "a file");
        Assert.Empty((await PushAsync(Deleting(server))).Failures);
        Assert.Equal(Tree(_here.Root), Tree(_served.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task A_source_that_is_missing_or_suddenly_empty_stops_it()
    {
        _here.WriteOld("dir/a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var options = Deleting(server) with { Directory = _here["dir"] };
        await PushAsync(options);
        File.Delete(_here["dir/a.txt"]);
        await Assert.ThrowsAsync<InstallException>(() => PushAsync(options));
        Directory.Delete(_here["dir"], recursive: true);
        await Assert.ThrowsAsync<InstallException>(() => PushAsync(options));
        Assert.False(Directory.Exists(_here["dir"]));
        Assert.Equal(["a.txt"], Tree(_served.Root).Select(line => line.Split(' ')[0]));
    }

    [Fact(Timeout = Limit)]
    public async Task Named_files_go_last_and_only_when_all_others_are_there()
    {
        _here.WriteOld("a.txt", "one");
        _here.WriteOld("version.ini", "1");
        _here.WriteOld("z.txt", "two");
        _here.WriteOld("old.txt", "three");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var options = Deleting(server) with { Last = ["version.ini"] };
        var told = new ToldEvents();
        await PushAsync(options, told);
        Assert.Equal("version.ini", told.Paths(MirrorEventKind.FileDone)[^1]);

        File.Delete(_here["old.txt"]);
        _here.WriteOld("version.ini", "2", minutes: 1);
        _here.WriteOld("z.txt", "TWO", minutes: 1);
        server.Faults.OnCommand = line => line.StartsWith("STOR /.z.txt", StringComparison.Ordinal) ? FaultAction.Answer("553 No.") : null;
        var report = await PushAsync(options);
        Assert.Equal(["version.ini", "z.txt"], report.Failures.Select(failure => $"{failure.Path}").Order());
        Assert.Equal("1", await File.ReadAllTextAsync(_served["version.ini"]));
        Assert.True(File.Exists(_served["old.txt"]));
        server.Faults.Clear();
        Assert.Empty((await PushAsync(options)).Failures);
        Assert.Equal(Tree(_here.Root), Tree(_served.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_is_being_written_waits_until_it_is_still()
    {
        _here.WriteOld("a.txt", "one");
        await File.WriteAllTextAsync(_here["growing.txt"], "1");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await File.AppendAllTextAsync(_here["growing.txt"], "2");
                await Task.Delay(10);
            }
        });
        var plan = await PlanPushAsync(server.Options(_here.Root));
        await stop.CancelAsync();
        await writer;
        Assert.Equal(["Create a.txt"], Lines(plan));
        Assert.Equal((1, 1), (plan.Unsettled, plan.Skipped));
        Assert.Equal(2, (await PlanPushAsync(server.Options(_here.Root))).Actions.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_changes_while_it_is_sent_does_not_get_the_name()
    {
        _here.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await using var push = MirrorPush.Open(server.Options(_here.Root));
        var plan = await push.PlanAsync();
        server.Faults.OnCommand = line =>
        {
            if (line.StartsWith("STOR", StringComparison.Ordinal))
                File.SetLastWriteTimeUtc(_here["a.txt"], Old.AddSeconds(9));
            return null;
        };
        Assert.Equal(P("a.txt"), Assert.Single((await push.ExecuteAsync(plan)).Failures).Path);
        Assert.False(File.Exists(_served["a.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Links_are_followed_only_where_asked_and_never_out_of_the_tree_or_round()
    {
        using var outside = new TempFolder();
        outside.WriteOld("secret", "x");
        _here.WriteOld("dir/a.txt", "one");
        File.CreateSymbolicLink(_here["file-link"], _here["dir/a.txt"]);
        Directory.CreateSymbolicLink(_here["dir-link"], _here["dir"]);
        Directory.CreateSymbolicLink(_here["dir/round"], _here.Root);
        Directory.CreateSymbolicLink(_here["out"], outside.Root);
        await using var server = LoopbackFtpServer.Start(_served.Root);
        Assert.Equal(["Create dir/a.txt"], Lines(await PlanPushAsync(server.Options(_here.Root))).Where(line => line.StartsWith("Create ", StringComparison.Ordinal)));
        var report = await PushAsync(server.Options(_here.Root) with { FollowLinks = true });
        Assert.Equal(["dir-link/", "dir-link/a.txt", "dir/", "dir/a.txt", "file-link"], Tree(_served.Root).Select(line => line.Split(' ')[0]));
        Assert.Contains(report.Failures, failure => failure.Path == P("out"));
        Assert.Contains(report.Failures, failure => failure.Path == P("dir/round"));
    }

    [Fact(Timeout = Limit)]
    public async Task Names_that_can_not_be_sent_are_reported_and_the_rest_goes()
    {
        _here.WriteOld("a.txt", "one");
        await File.WriteAllTextAsync(_here["odd:name"], "two");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var report = await PushAsync(server.Options(_here.Root));
        Assert.True(File.Exists(_served["a.txt"]));
        Assert.Contains("odd:name", Assert.Single(report.Failures).Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_hundred_thousand_unchanged_files_are_compared_with_little_time_and_memory()
    {
        for (var folder = 0; folder < 400; folder++)
        {
            Directory.CreateDirectory(_here[$"d{folder:000}"]);
            for (var i = 0; i < 250; i++)
                await File.WriteAllBytesAsync(_here[$"d{folder:000}/file-{i:0000}.dat"], []);
        }

        var options = Options(_served.Root, _here.Root);
        var state = new MirrorState { Verified = DateTimeOffset.UnixEpoch };
        foreach (var (path, file) in new LocalScan(_here.Root, new FilterRules(MirrorFilter.Everything), false).Read(default).Files)
            state.Files[path] = new KnownFile(file.Size, null, file.Modified, AppUpdater.Core.Hashing.ContentHash.Of([]), IsOurs: true);
        var setup = MirrorSetup.Of(options, MirrorPlace.Push);
        Directory.CreateDirectory(setup.Place.Own);
        using (var file = new MirrorStateFile(setup.Place, setup.Files, options.Logger))
            file.Save(state);
        state = null;
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        await using var push = MirrorPush.Open(options);
        var plan = await push.PlanAsync(isVerified: false, default);
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        var used = GC.GetTotalMemory(forceFullCollection: false) - before;
        Assert.Equal((100_000, 0), (plan.Unchanged, plan.Actions.Count(action => action.Kind != MirrorActionKind.CreateFolder)));
        Assert.True(used < 200_000_000, $"{used:N0} bytes");
        Assert.True(took < TimeSpan.FromSeconds(10), $"{took}"); // 2 s on a machine of its own
    }
}
