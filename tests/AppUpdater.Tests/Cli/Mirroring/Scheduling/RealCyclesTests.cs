using System.Diagnostics;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;
using AppUpdater.Testing;
using AppUpdater.Tests.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>Cycles and a watch with real mirrors and a real clock.</summary>
public sealed class RealCyclesTests : IDisposable
{
    private const int Limit = 60_000;
    private const int Size = 4_000_000;

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();
    private readonly List<string> _notes = [];
    private readonly List<MirrorStatus> _ended = [];

    public void Dispose()
    {
        _served.Dispose();
        _here.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Stopped_in_the_middle_of_a_transfer_it_ends_within_a_moment_and_the_next_start_goes_on()
    {
        var bytes = new byte[Size];
        new Random(5).NextBytes(bytes);
        _served.WriteOld("a.max", "");
        await File.WriteAllBytesAsync(_served["a.max"], bytes);
        File.SetLastWriteTimeUtc(_served["a.max"], MirrorTesting.Old);
        await using (var slow = LoopbackFtpServer.Start(_served.Root, new FtpServerOptions { Rate = 400_000 }))
        {
            using var stop = new CancellationTokenSource();
            var stopped = 0L;
            await CyclesAsync(Job(slow), stop, told =>
            {
                if (told is not { Kind: MirrorEventKind.Progress, Bytes: > 200_000 } || stop.IsCancellationRequested)
                    return;
                stopped = Stopwatch.GetTimestamp();
                stop.Cancel();
            });
            Assert.InRange(Stopwatch.GetElapsedTime(stopped), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }

        Assert.False(File.Exists(_here["a.max"]));
        Assert.Empty(_ended);
        Assert.Contains(_notes, note => note.Contains("stopped", StringComparison.Ordinal));

        await using var fast = LoopbackFtpServer.Start(_served.Root);
        using var next = new CancellationTokenSource();
        await CyclesAsync(Job(fast), next, _ => { });
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_here["a.max"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_whose_folder_went_away_sends_what_came_while_it_was_gone()
    {
        _here.WriteOld("dir/a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        using var stop = new CancellationTokenSource();
        var job = new MirrorJob("watched", MirrorDirection.Push, server.Options(_here["dir"]) with { Clock = new HastyClock() })
        {
            Schedule = new MirrorSchedule { IsWatch = true, Every = TimeSpan.FromMilliseconds(200) },
        };
        var cycles = new MirrorWatchCycles(job, (told, ct) => WatchAsync(job, told, ct), Host(stop, stopsAfter: int.MaxValue)).RunAsync(stop.Token);
        await MirrorTesting.UntilAsync(() => File.Exists(_served["a.txt"]), "the first file is sent");
        Directory.Move(_here["dir"], _here["away"]);
        await MirrorTesting.UntilAsync(() => _ended.Exists(status => status.Unfinished.Cycles > 0), "the folder is missed");
        _here.WriteOld("away/b.txt", "two");
        Directory.Move(_here["away"], _here["dir"]);
        await MirrorTesting.UntilAsync(() => File.Exists(_served["b.txt"]), "the second file is sent");
        await MirrorTesting.UntilAsync(() => _ended[^1].Unfinished.Cycles == 0, "the series ends");
        await stop.CancelAsync();
        await cycles;
        Assert.True(File.Exists(_served["a.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_single_run_is_known_to_mirror_status_too()
    {
        _served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var job = Job(server);
        await using (var history = new RunHistory(job, _notes.Add))
        await using (var pull = MirrorPull.Open(job.Options))
        {
            var plan = await pull.PlanAsync();
            history.Planned(plan);
            history.Ended(await pull.ExecuteAsync(plan));
            history.Complete();
        }

        Assert.NotNull(Known().LastSuccess);
        await using (var history = new RunHistory(job, _notes.Add))
            history.Failed(new UnreachableException("Away."));
        Assert.Equal(1, Known().Unfinished.Cycles);
    }

    private static async Task WatchAsync(MirrorJob job, Action<MirrorReport> told, CancellationToken ct)
    {
        await using var push = MirrorPush.Open(job.Options);
        await push.WatchAsync(job.Schedule.Every!.Value, job.Schedule.VerifyEvery, null, told, ct);
    }

    private MirrorStatus Known() => Assert.Single(KnownMirrors.In(_here.Root, DurableFiles.ForThisSystem()).Mirrors).Status!;

    private MirrorJob Job(LoopbackFtpServer server) => new("scenes", MirrorDirection.Pull, server.Options(_here.Root))
    {
        Schedule = new MirrorSchedule { Every = TimeSpan.FromMinutes(15) },
    };

    private CycleHost Host(CancellationTokenSource stop, int stopsAfter = 1) => new(
        (status, _) =>
        {
            _ended.Add(status);
            if (_ended.Count == stopsAfter)
                stop.Cancel();
        },
        _notes.Add);

    private Task CyclesAsync(MirrorJob job, CancellationTokenSource stop, Action<MirrorEvent> told) => new MirrorCycles(
        job,
        async ct =>
        {
            await using var pull = MirrorPull.Open(job.Options);
            return await pull.ExecuteAsync(await pull.PlanAsync(ct), new ToldEvents { OnEvent = told }, ct);
        },
        Host(stop)).RunAsync(stop.Token);

    /// <summary>The real clock, on which a pause of a minute takes a second.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private readonly DateTimeOffset _start = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => _start + ((System.GetUtcNow() - _start) * 60);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(10) ? dueTime : dueTime / 60, period);
    }
}
