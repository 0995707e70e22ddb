using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Runs a mirror again and again, by a pause or by cron, until it is stopped: one cycle at a time, of this process and of any other. What a
/// failure means for the cycles after it is said in <see cref="CycleFailures"/>.
/// </summary>
/// <remarks>
/// To be stopped is the only good end of such a mirror, so it is no failure, and the exit code is 0, whether a cycle ran or was waited for:
/// <c>systemctl stop</c> then leaves no failed unit behind. A cycle that was cut off is gone on with at the next start.
/// </remarks>
/// <param name="job">Its schedule has a pause or a cron expression.</param>
/// <param name="run">One run: plan and execution.</param>
/// <param name="host">What is around it.</param>
internal sealed class MirrorCycles(MirrorJob job, Func<CancellationToken, Task<MirrorReport>> run, CycleHost host)
{
    private readonly TimeProvider _clock = job.Options.Clock;
    private readonly CycleWait _wait = new(job.Options.Clock);
    private readonly CycleMessages _messages = new(job.Title, job.Schedule.Zone);
    private int _lost;

    /// <summary>Returns once it is stopped, within a moment.</summary>
    /// <exception cref="SettingsException">An option is wrong.</exception>
    /// <exception cref="InstallException">Another mirror has the folder; the message says which.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        var setup = job.Setup();
        var timetable = Timetable.Of(job.Schedule, _clock.GetUtcNow());
        using var alone = new CycleLock(setup.Place, host.Files, _clock);
        alone.Take();
        alone.RequireIdle();
        await using var history = new MirrorHistory(job, setup, host);
        try
        {
            await WaitForFirstAsync(timetable, history, ct);
            while (true)
            {
                var next = await CycleAsync(timetable, history, alone, ct);
                await _wait.UntilDueAsync(next, _clock.GetUtcNow(), ct);
            }
        }
        catch (Exception e) when (ct.IsCancellationRequested && CycleFailures.IsRetried(e))
        {
            host.Note(_messages.Stopped());
        }
    }

    private async Task WaitForFirstAsync(Timetable timetable, MirrorHistory history, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (history.Status.IsOwed)
        {
            host.Note(_messages.GoesOn());
        }
        else if (timetable.First(history.Status.LastComplete, now) is { } from && timetable.After(timetable.From(from, now)) is var due && due > now)
        {
            history.Waits(due);
            host.Note(_messages.Waits(due));
            await _wait.UntilDueAsync(timetable, from, ct);
        }
    }

    /// <summary>What the cycle after this one is due by.</summary>
    private async Task<Timetable> CycleAsync(Timetable timetable, MirrorHistory history, CycleLock alone, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        history.Begin();
        try
        {
            alone.Take();
            var report = await run(ct);
            alone.Take(); // the first run makes the folder where there is none
            var isLost = CycleFailures.IsLost(report);
            var next = isLost ? Pause(isStubborn: false) : timetable;
            _lost = isLost ? _lost : 0;
            history.End(report, next.After(_clock.GetUtcNow()));
            return next;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            var next = CycleFailures.IsRetried(failure) ? Pause(CycleFailures.IsStubborn(failure)) : null;
            history.Fail(failure, next?.After(_clock.GetUtcNow()), isLast: next is null);
            if (next is null)
                throw;
            return next;
        }
    }

    private PauseTimetable Pause(bool isStubborn) => new(CycleFailures.Pause(++_lost, isStubborn, host.Jitter()));
}
