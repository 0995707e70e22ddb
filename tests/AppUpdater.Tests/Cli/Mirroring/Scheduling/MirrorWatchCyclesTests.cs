using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Mirroring;
using static AppUpdater.Tests.Cli.Mirroring.Scheduling.CycleScene;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>A watch that is kept up.</summary>
public sealed class MirrorWatchCyclesTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly CycleScene _scene = new() { Direction = MirrorDirection.Push };
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _scene.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task A_source_that_is_gone_is_watched_again_with_back_off_and_anew_after_a_good_cycle()
    {
        await RunAsync((run, told) =>
        {
            if (run is 4)
                told(Report());
            if (run is 6)
                _stop.Cancel();
            throw new InstallException("The folder is not there.");
        });
        Assert.Equal([0, 1, 3, 7, 8, 10], _scene.MinutesOfRuns);
        Assert.Equal(2, _scene.Last!.Unfinished.Cycles);
    }

    [UnixFact(Timeout = Limit)]
    public async Task Cycles_without_the_server_are_counted_and_told_and_a_good_one_ends_the_series()
    {
        var told = _scene.Here["told.txt"];
        _scene.OnError = ["/bin/sh", "-c", "echo \"$2\" >> \"$0\"", told];
        var lost = Report(new MirrorFailure(null, "The server is gone.")) with { Transferred = 0, Unchanged = 0, Bytes = 0 };
        var counts = new List<int>();
        await RunAsync((_, done) =>
        {
            foreach (var report in new[] { lost, lost, lost, lost, Report() })
            {
                done(report);
                counts.Add(_scene.Last!.Unfinished.Cycles);
            }

            _stop.Cancel();
            throw new OperationCanceledException();
        });
        Assert.Equal([1, 2, 3, 4, 0], counts);
        Assert.Equal(["The server is gone."], await File.ReadAllLinesAsync(told));
        Assert.NotNull(_scene.Last!.LastSuccess);
    }

    [Fact(Timeout = Limit)]
    public async Task Wrong_settings_end_it()
    {
        await Assert.ThrowsAsync<SettingsException>(() => RunAsync((_, _) => throw new SettingsException("x")));
        Assert.Single(_scene.Runs);
    }

    private Task RunAsync(Action<int, Action<MirrorReport>> watch)
    {
        var schedule = new MirrorSchedule { IsWatch = true, Every = TimeSpan.FromMinutes(1), Zone = TimeZoneInfo.Utc };
        return new MirrorWatchCycles(
            _scene.Job(schedule),
            (told, _) =>
            {
                _scene.Runs.Add(_scene.Clock.Passed);
                watch(_scene.Runs.Count, told);
                return Task.CompletedTask;
            },
            _scene.Host()).RunAsync(_stop.Token);
    }
}
