using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Keeps jobs that have a schedule going, side by side, until they are stopped: that is their good end.</summary>
/// <param name="screen">Where the end of each cycle is told.</param>
/// <param name="common">With JSON the end of each cycle is an object, on a line of its own.</param>
/// <param name="clock">Of all waits.</param>
internal sealed class MirrorService(Screen screen, CommonOptions common, TimeProvider clock)
{
    /// <summary>The worst of their codes; of several, one that can't go on is told and does not end the others.</summary>
    internal async Task<int> RunAsync(IReadOnlyList<MirrorJob> jobs, CancellationToken ct)
    {
        if (jobs is [var only])
        {
            await KeepUpAsync(only, isAlone: true, ct);
            return ExitCodes.Done;
        }

        return MirrorOutcome.Worst(await Task.WhenAll(jobs.Select(job => Task.Run(() => CodeOfAsync(job, ct), CancellationToken.None))));
    }

    private async Task<int> CodeOfAsync(MirrorJob job, CancellationToken ct)
    {
        try
        {
            await KeepUpAsync(job, isAlone: false, ct);
            return ExitCodes.Done;
        }
        catch (Exception failure) when (ExitCodes.For(failure) is not ExitCodes.Defect and var code)
        {
            screen.Fail($"{job.Title}: {Reasons.Of(failure)}");
            return code;
        }
    }

    private async Task KeepUpAsync(MirrorJob asked, bool isAlone, CancellationToken ct)
    {
        MirrorLanguage.Use(asked.Language);
        var job = MirrorAudience.Known(asked, screen, common.Verbose);
        await using var audience = MirrorAudience.Open(job, clock, screen.Note, ct);
        var host = new CycleHost((_, line) => Say(line), screen.Note);
        if (job.Schedule.IsWatch)
            await new MirrorWatchCycles(job, (told, stop) => WatchAsync(job, audience, told, stop), host).RunAsync(ct);
        else
            await new MirrorCycles(job, stop => CycleAsync(job, isAlone, audience, stop), host).RunAsync(ct);
    }

    private async Task<MirrorReport> CycleAsync(MirrorJob job, bool isAlone, MirrorAudience audience, CancellationToken ct)
    {
        var (tally, start) = (new MirrorTally(), clock.GetTimestamp());
        try
        {
            await using var display = MirrorAudience.Display(job, isAlone, common.Json, screen, clock);
            // Opened anew each time: hours may lie between two cycles, and an age counts from now.
            // What the library finds odd meanwhile is told above the picture: known once more, for that alone.
            await using var mirror = MirrorAudience.Known(job, display.Screen, common.Verbose).Open();
            var report = await new MirrorRunner(mirror, new MirrorFanOut([tally, .. audience.Listeners, display])).RunAsync(ct);
            Write(new MirrorOutcome(job, tally, clock.GetElapsedTime(start)));
            return report;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            Write(new MirrorOutcome(job, tally, clock.GetElapsedTime(start)) { Failure = failure });
            throw;
        }
    }

    private async Task WatchAsync(MirrorJob job, MirrorAudience audience, Action<MirrorReport> told, CancellationToken ct)
    {
        var (tally, start) = (new MirrorTally(), clock.GetTimestamp());
        var listeners = new MirrorFanOut([.. audience.Listeners]);
        try
        {
            await using var mirror = MirrorPush.Open(job.OptionsAt(clock.GetUtcNow()));
            mirror.Planned = plan =>
            {
                tally.Planned(plan);
                listeners.Planned(plan);
            };
            await mirror.WatchAsync(job.Schedule.Every!.Value, job.Schedule.VerifyEvery, new Telling(happened =>
            {
                tally.Happened(happened);
                listeners.Happened(happened);
            }), report =>
            {
                tally.Ended(report);
                listeners.Ended(report);
                told(report);
                Write(new MirrorOutcome(job, tally, report.Elapsed));
                tally = new MirrorTally();
            }, ct);
        }
        catch (Exception failure)
        {
            listeners.Failed(failure);
            if (!ct.IsCancellationRequested)
                Write(new MirrorOutcome(job, tally, clock.GetElapsedTime(start)) { Failure = failure });
            throw;
        }
    }

    private void Say(string line)
    {
        if (!common.Json)
            screen.Say(line);
    }

    private void Write(MirrorOutcome outcome)
    {
        if (common.Json)
            screen.Write(MirrorResult.Of(outcome), MirrorJson.Readable.MirrorResult);
    }

    /// <summary>Told at once, by the thread that does the work.</summary>
    private sealed class Telling(Action<MirrorEvent> tell) : IProgress<MirrorEvent>
    {
        public void Report(MirrorEvent value) => tell(value);
    }
}
