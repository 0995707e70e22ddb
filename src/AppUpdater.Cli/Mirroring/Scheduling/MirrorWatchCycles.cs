using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Keeps a watch up until it is stopped: where its folder is gone, it is begun again once the folder is back. The watch itself waits for a
/// server that is away. To be stopped is no failure, see <see cref="MirrorCycles"/>.
/// </summary>
/// <param name="job">A push that watches.</param>
/// <param name="watch">Watches until it is cancelled or can't go on, and tells the end of each cycle; a new watch each time.</param>
/// <param name="host">What is around it.</param>
internal sealed class MirrorWatchCycles(MirrorJob job, Func<Action<MirrorReport>, CancellationToken, Task> watch, CycleHost host)
{
    private readonly TimeProvider _clock = job.Options.Clock;
    private readonly CycleWait _wait = new(job.Options.Clock);
    private int _broken;

    /// <summary>Returns once it is stopped, within a moment.</summary>
    /// <exception cref="SettingsException">An option is wrong.</exception>
    /// <exception cref="InstallException">Another mirror has the folder; the message says which.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        var setup = job.Setup();
        using var alone = new CycleLock(setup.Place, host.Files, _clock);
        alone.Take();
        alone.RequireIdle();
        await using var history = new MirrorHistory(job, setup, host);
        try
        {
            while (true)
            {
                var pause = await WatchAsync(history, alone, ct);
                await _wait.UntilDueAsync(pause, _clock.GetUtcNow(), ct);
            }
        }
        catch (Exception e) when (ct.IsCancellationRequested && CycleFailures.IsRetried(e))
        {
            host.Note(new CycleMessages(job.Title, job.Schedule.Zone).Stopped());
        }
    }

    /// <summary>How long to wait before the next watch.</summary>
    private async Task<PauseTimetable> WatchAsync(MirrorHistory history, CycleLock alone, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        history.Begin();
        try
        {
            alone.Take();
            await watch(report => Told(report, history), ct);
            throw new OperationCanceledException("The watch ended by itself.");
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            var pause = new PauseTimetable(CycleFailures.Pause(++_broken, CycleFailures.IsStubborn(failure), host.Jitter()));
            var isRetried = CycleFailures.IsRetried(failure);
            history.Fail(failure, isRetried ? pause.After(_clock.GetUtcNow()) : null, isLast: !isRetried);
            if (!isRetried)
                throw;
            return pause;
        }
    }

    private void Told(MirrorReport report, MirrorHistory history)
    {
        if (!CycleFailures.IsLost(report))
            _broken = 0;
        history.End(report, next: null);
    }
}
