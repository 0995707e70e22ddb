using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Carries jobs out once, and tells whoever watches what came of them.</summary>
/// <param name="screen">Where summaries and results go.</param>
/// <param name="common">Whether results go to a script, as one object, which the caller writes; and how much is told.</param>
/// <param name="clock">Of waits, and of how long things took.</param>
internal sealed class MirrorHost(Screen screen, CommonOptions common, TimeProvider clock)
{
    private readonly Texts _texts = new("Mirror");

    /// <summary>Carries a job out once, or shows its plan.</summary>
    /// <exception cref="MirrorStoppedException">It was cancelled.</exception>
    /// <exception cref="UpdateException">It could not be made or carried on; see <see cref="MirrorPull"/> and <see cref="MirrorPush"/>.</exception>
    internal async Task<MirrorOutcome> RunOnceAsync(MirrorJob job, CancellationToken ct)
    {
        MirrorLanguage.Use(job.Language);
        var (tally, start) = (new MirrorTally(), clock.GetTimestamp());
        try
        {
            return Told(job.IsDryRun ? await PlanAsync(job, ct) : await CarryOutAsync(job, tally, ct));
        }
        catch (OperationCanceledException stopped) when (ct.IsCancellationRequested)
        {
            throw new MirrorStoppedException(_texts.Said("Stopped", job.Title, tally.Transferred), stopped);
        }

        MirrorOutcome Told(MirrorOutcome outcome)
        {
            outcome = outcome with { Elapsed = clock.GetElapsedTime(start) };
            if (!common.Json)
                screen.Say(string.Join(Environment.NewLine, new MirrorSummary(_texts).Of(outcome)));
            return outcome;
        }
    }

    /// <summary>Carries jobs out one after another; one that fails does not keep the others from their turn.</summary>
    /// <exception cref="MirrorStoppedException">It was cancelled.</exception>
    internal async Task<IReadOnlyList<MirrorOutcome>> RunAllAsync(IEnumerable<MirrorJob> jobs, CancellationToken ct)
    {
        var outcomes = new List<MirrorOutcome>();
        foreach (var job in jobs)
        {
            var start = clock.GetTimestamp();
            try
            {
                outcomes.Add(await RunOnceAsync(job, ct));
            }
            catch (Exception failure) when (failure is not OperationCanceledException && ExitCodes.For(failure) != ExitCodes.Defect)
            {
                screen.Fail($"{job.Title}: {Reasons.Of(failure)}");
                outcomes.Add(new MirrorOutcome(job, new MirrorTally(), clock.GetElapsedTime(start)) { Failure = failure });
            }
        }

        return outcomes;
    }

    private async Task<MirrorOutcome> PlanAsync(MirrorJob job, CancellationToken ct)
    {
        var known = MirrorAudience.Known(job with { Options = job.Options with { IsDryRun = true } }, screen, common.Verbose);
        await using var mirror = known.Open();
        var plan = await mirror.PlanAsync(ct);
        return new MirrorOutcome(known, MirrorTally.Of(plan), default) { Plan = plan };
    }

    private async Task<MirrorOutcome> CarryOutAsync(MirrorJob asked, MirrorTally tally, CancellationToken ct)
    {
        await using var display = MirrorAudience.Display(asked, isAlone: true, common.Json, screen, clock);
        var shown = display.Screen;
        var job = MirrorAudience.Known(asked, shown, common.Verbose);
        await using var audience = MirrorAudience.Open(job, clock, shown.Note, ct);
        await using var mirror = job.Open();
        await using var history = new RunHistory(job, shown.Note);
        var runner = new MirrorRunner(mirror, new MirrorFanOut([tally, .. audience.Listeners, history, display]));
        await runner.RunUntilSettledAsync(job.Options.Settle ?? TimeSpan.Zero, clock, files => shown.Note(Waiting(job, files)), ct);
        history.Complete();
        return new MirrorOutcome(job, tally, default);
    }

    private string Waiting(MirrorJob job, int files) => _texts.Format("Waiting", job.Title, files, MirrorSummary.Show(job.Options.Settle ?? TimeSpan.Zero));
}
