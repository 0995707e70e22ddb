using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>Pulls that are cut, and what they may remove.</summary>
public sealed class MirrorFaultTests : IDisposable
{
    private const int Limit = 120_000;

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();

    public void Dispose()
    {
        _served.Dispose();
        _here.Dispose();
    }

    private async Task<LoopbackFtpServer> PulledAsync(int files)
    {
        for (var i = 0; i < files; i++)
            _served.WriteOld($"d{i % 3}/f{i}", $"content {i}");
        var server = LoopbackFtpServer.Start(_served.Root);
        Assert.Empty((await PullAsync(server.Options(_here.Root))).Failures);
        return server;
    }

    [Fact(Timeout = Limit)]
    public async Task Cut_at_random_twenty_times_the_tree_is_equal_and_nothing_came_twice()
    {
        var random = new Random(11);
        for (var i = 0; i < 60; i++)
        {
            var bytes = new byte[random.Next(1, 300_000)];
            random.NextBytes(bytes);
            _served.WriteOld($"d{i % 7}/f{i}.bin", "");
            await File.WriteAllBytesAsync(_served[$"d{i % 7}/f{i}.bin"], bytes);
            File.SetLastWriteTimeUtc(_served[$"d{i % 7}/f{i}.bin"], Old.AddMinutes(i));
        }

        await using var server = LoopbackFtpServer.Start(_served.Root);
        var done = new List<string>();
        for (var round = 0; round < 20; round++)
        {
            using var cut = new CancellationTokenSource();
            long budget = random.Next(0, 600_000);
            server.Faults.CutAfter(null, random.Next(1, 200_000));
            var told = new ToldEvents { OnEvent = one => { if (one.Kind is MirrorEventKind.FileDone && Interlocked.Add(ref budget, -one.Bytes) < 0) cut.Cancel(); } };
            try
            {
                await PullAsync(server.Options(_here.Root), told, cut.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.True(cut.IsCancellationRequested);
            }

            done.AddRange(told.Paths(MirrorEventKind.FileDone));
            if (round == 7)
                File.Delete(Directory.GetFiles(_here[".appupdater/mirror"], "*.json").Single(file => !file.EndsWith("servers.json", StringComparison.Ordinal)));
        }

        server.Faults.Clear();
        var last = new ToldEvents();
        Assert.Empty((await PullAsync(server.Options(_here.Root), last)).Failures);
        done.AddRange(last.Paths(MirrorEventKind.FileDone));
        Assert.Equal(Tree(_served.Root), Tree(_here.Root));
        Assert.Equal(60, done.Count);
        Assert.Equal(60, done.Distinct().Count());
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_goes_on_at_its_byte_and_never_joins_another_version()
    {
        var bytes = new byte[2_000_000];
        new Random(5).NextBytes(bytes);
        await File.WriteAllBytesAsync(_served["big.bin"], bytes);
        await using var server = LoopbackFtpServer.Start(_served.Root);
        void DieAt700K()
        {
            var isBegun = false;
            server.Faults.CutAfter("big.bin", 700_000);
            server.Faults.OnCommand = line => isBegun ? FaultAction.Close() : (isBegun = line.StartsWith("RETR", StringComparison.Ordinal)) ? null : null;
        }

        DieAt700K();
        var options = server.Options(_here.Root) with { Retries = 0 };
        await Assert.ThrowsAsync<UnreachableException>(() => PullAsync(options));
        Assert.False(File.Exists(_here["big.bin"]));
        var part = new FileInfo(Assert.Single(Directory.GetFiles(_here[".appupdater/mirror/parts"]))).Length;
        Assert.InRange(part, 1, 700_000);

        server.Faults.Clear();
        var before = server.BytesSent;
        var told = new ToldEvents();
        await PullAsync(options, told);
        Assert.Equal(part, told.All.First(one => one.Kind == MirrorEventKind.Progress).Bytes);
        Assert.InRange(server.BytesSent - before, bytes.Length - part, bytes.Length - part + 10_000);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_here["big.bin"]));

        // The same again, but the file changes in between.
        File.SetLastWriteTimeUtc(_served["big.bin"], Old);
        DieAt700K();
        await Assert.ThrowsAsync<UnreachableException>(() => PullAsync(options));
        new Random(6).NextBytes(bytes);
        await File.WriteAllBytesAsync(_served["big.bin"], bytes);
        File.SetLastWriteTimeUtc(_served["big.bin"], Old.AddHours(1));
        server.Faults.Clear();
        await PullAsync(options);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_here["big.bin"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_gone_ends_the_run_and_keeps_what_came()
    {
        for (var i = 0; i < 30; i++)
            _served.WriteOld($"f{i:00}", $"content {i}");
        var server = LoopbackFtpServer.Start(_served.Root);
        await using var pull = MirrorPull.Open(server.Options(_here.Root) with { Connections = 1 });
        var plan = await pull.PlanAsync();
        var count = 0;
        server.Faults.OnCommand = line => line.StartsWith("RETR", StringComparison.Ordinal) && ++count > 10 || count > 10 ? FaultAction.Close() : null;
        await Assert.ThrowsAsync<UnreachableException>(() => pull.ExecuteAsync(plan));
        Assert.Equal(10, Directory.GetFiles(_here.Root).Length);
        server.Faults.Clear();
        Assert.Equal(20, (await pull.PlanAsync()).Actions.Length);
        await server.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Only_what_this_mirror_fetched_is_removed_and_only_where_asked()
    {
        await using var server = await PulledAsync(12);
        _here.WriteOld("d0/mine", "not from the server");
        File.Delete(_served["d0/f0"]);
        File.Delete(_served["d0/f3"]);
        Directory.Delete(_served["d1"], recursive: true);
        await File.AppendAllTextAsync(_here["d0/f3"], "changed by the user");
        Assert.Empty((await PlanPullAsync(server.Options(_here.Root))).Actions);

        var told = new ToldEvents();
        var report = await PullAsync(server.Options(_here.Root) with { Delete = true }, told);
        Assert.Equal(["d0/f0", "d1/f1", "d1/f10", "d1/f4", "d1/f7"], told.Paths(MirrorEventKind.FileRemoved).Order(StringComparer.Ordinal));
        Assert.Equal(["d1"], told.Paths(MirrorEventKind.FolderRemoved));
        Assert.Equal(6, report.Removed);
        Assert.True(File.Exists(_here["d0/mine"]) && File.Exists(_here["d0/f3"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Without_its_state_a_mirror_removes_nothing()
    {
        await using var server = await PulledAsync(6);
        Directory.Delete(_here[".appupdater"], recursive: true);
        await PullAsync(server.Options(_here.Root) with { Delete = true });
        File.Delete(_served["d0/f0"]);
        Assert.Empty((await PlanPullAsync(server.Options(_here.Root) with { Delete = true })).Actions);
    }

    [Theory(Timeout = Limit)]
    [InlineData("not json")]
    [InlineData("{\"format\":99}")]
    [InlineData("{\"format\":1,\"files\":[{\"p\":\"../../etc/passwd\",\"o\":true}]}")]
    [InlineData("{\"format\":1,\"files\":[{\"p\":\"d0/f0\",\"s\":-1,\"o\":true}]}")]
    public async Task A_hostile_state_counts_as_lost(string text)
    {
        await using var server = await PulledAsync(6);
        var state = Directory.GetFiles(_here[".appupdater/mirror"], "*.json").Single(file => !file.EndsWith("servers.json", StringComparison.Ordinal));
        await File.WriteAllTextAsync(state, text);
        File.Delete(_served["d0/f0"]);
        var plan = await PlanPullAsync(server.Options(_here.Root) with { Delete = true });
        Assert.Empty(plan.Actions);
        Assert.Equal(5, plan.Unchanged);
    }

    [Fact(Timeout = Limit)]
    public async Task More_than_may_go_at_once_all_stay_and_the_plan_says_so()
    {
        await using var server = await PulledAsync(45);
        for (var i = 0; i < 21; i++)
            File.Delete(_served[$"d{i % 3}/f{i}"]);
        var options = server.Options(_here.Root) with { Delete = true };
        var plan = await PlanPullAsync(options);
        Assert.Empty(plan.Actions);
        Assert.Contains("21 files", Assert.Single(plan.Notes), StringComparison.Ordinal);
        Assert.Equal(21, (await PlanPullAsync(options with { MaxDelete = 21 })).Actions.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_or_broken_listing_removes_nothing()
    {
        await using var server = await PulledAsync(9);
        var options = server.Options(_here.Root) with { Delete = true, MaxDelete = 1000 };
        var before = Tree(_here.Root);
        server.Faults.CutAfter("d1/", 10, times: 100);
        await Assert.ThrowsAsync<UnreachableException>(() => PullAsync(options));
        server.Faults.Clear();
        server.Faults.OnCommand = line => line.EndsWith(" /d1", StringComparison.Ordinal) ? FaultAction.Answer("550 Permission denied.") : null;
        var report = await PullAsync(options);
        Assert.Equal((0, 1), (report.Removed, report.Failures.Length));
        server.Faults.Clear();
        foreach (var folder in Directory.GetDirectories(_served.Root))
            Directory.Delete(folder, recursive: true);
        var plan = await PlanPullAsync(options);
        Assert.Empty(plan.Actions);
        Assert.Single(plan.Notes);
        Assert.Equal(before, Tree(_here.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_listings_hide_is_not_taken_for_gone()
    {
        await using var server = await PulledAsync(4);
        File.Delete(_served["d1/f1"]);
        server.Faults.OnCommand = line =>
        {
            if (line.EndsWith(" /d1/f1", StringComparison.Ordinal))
                _served.WriteOld("d1/f1", "content 1");
            else
                File.Delete(_served["d1/f1"]);
            return null;
        };
        Assert.DoesNotContain("Remove d1/f1", Lines(await PlanPullAsync(server.Options(_here.Root) with { Delete = true })));
        server.Faults.Clear();
        File.Delete(_served["d1/f1"]);
        Assert.Contains("Remove d1/f1", Lines(await PlanPullAsync(server.Options(_here.Root) with { Delete = true })));
    }
}
