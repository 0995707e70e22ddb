using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Carries jobs out, and tells whoever watches what came of them.</summary>
/// <param name="screen">Where summaries and results go.</param>
/// <param name="isJson">Results go to a script, as one object, which the caller writes.</param>
/// <param name="clock">Of waits, and of how long things took.</param>
internal sealed class MirrorHost(Screen screen, bool isJson, TimeProvider clock)
{
    private readonly Texts _texts = new("Mirror");

    /// <summary>Carries a job out once, or shows its plan.</summary>
    /// <exception cref="SettingsException">The job has a schedule.</exception>
    /// <exception cref="MirrorStoppedException">It was cancelled.</exception>
    /// <exception cref="UpdateException">It could not be made or carried on; see <see cref="MirrorPull"/> and <see cref="MirrorPush"/>.</exception>
    internal async Task<MirrorOutcome> RunOnceAsync(MirrorJob job, CancellationToken ct)
    {
        MirrorLanguage.Use(job.Language);
        if (!job.Schedule.IsOnce && !job.IsDryRun)
            throw new SettingsException(_texts.Format("Bad.Cycles", job.Title));
        var (tally, start) = (new MirrorTally(), clock.GetTimestamp());
        try
        {
            await using var mirror = Mirrors.Open(job);
            if (job.IsDryRun)
            {
                var plan = await mirror.PlanAsync(ct);
                return Told(new MirrorOutcome(job, MirrorTally.Of(plan), clock.GetElapsedTime(start)) { Plan = plan });
            }

            await using (var listeners = MirrorListeners.Open(job, screen, tally, clock))
            {
                var runner = new MirrorRunner(mirror, listeners);
                await runner.RunUntilSettledAsync(job.Options.Settle ?? TimeSpan.Zero, clock, files => screen.Note(Waiting(job, files)), ct);
            }

            return Told(new MirrorOutcome(job, tally, clock.GetElapsedTime(start)));
        }
        catch (OperationCanceledException stopped) when (ct.IsCancellationRequested)
        {
            throw new MirrorStoppedException(_texts.Format("Stopped", job.Title, tally.Transferred), stopped);
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
                screen.Fail($"{job.Title}: {failure.Message}");
                outcomes.Add(new MirrorOutcome(job, new MirrorTally(), clock.GetElapsedTime(start)) { Failure = failure });
            }
        }

        return outcomes;
    }

    private MirrorOutcome Told(MirrorOutcome outcome)
    {
        if (!isJson)
            screen.Say(string.Join(Environment.NewLine, new MirrorSummary(_texts).Of(outcome)));
        return outcome;
    }

    private string Waiting(MirrorJob job, int files) => _texts.Format("Waiting", job.Title, files, MirrorSummary.Show(job.Options.Settle ?? TimeSpan.Zero));
}
