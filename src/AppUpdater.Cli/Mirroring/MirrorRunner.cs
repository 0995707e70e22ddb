using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>
/// Runs of one mirror: a plan, then its execution, with its listeners told. They are told each plan that is carried out and how that ended,
/// or once that it could not be made or carried on, a cancellation included.
/// </summary>
/// <param name="mirror">Open; not disposed here.</param>
/// <param name="listeners">Told all.</param>
internal sealed class MirrorRunner(IMirror mirror, MirrorFanOut listeners)
{
    // A file that is written to for ever must not hold a single run for ever.
    private const int MostRounds = 10;

    // A timer may end a little before the clock says so.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(50);

    /// <summary>One run, as it is now: what may still be written to is left to the next.</summary>
    internal Task<MirrorReport> RunAsync(CancellationToken ct) =>
        GuardedAsync(async () => await CarryOutAsync(await mirror.PlanAsync(ct), ct));

    /// <summary>A run that waits for what may still be written to, a few times.</summary>
    /// <param name="settle">How long each time.</param>
    /// <param name="clock">Of the wait.</param>
    /// <param name="waiting">Told before each wait for how many files it is.</param>
    /// <param name="ct">Ends it.</param>
    internal Task RunUntilSettledAsync(TimeSpan settle, TimeProvider clock, Action<int> waiting, CancellationToken ct) => GuardedAsync(async () =>
    {
        for (var round = 1; ; round++)
        {
            var plan = await mirror.PlanAsync(ct);
            var isLast = plan.Unsettled == 0 || round == MostRounds;
            if (isLast || plan.Actions.Length > 0)
                await CarryOutAsync(plan, ct);
            if (isLast)
                return true;
            waiting(plan.Unsettled);
            await Task.Delay(settle + Margin, clock, ct);
        }
    });

    private async Task<MirrorReport> CarryOutAsync(MirrorPlan plan, CancellationToken ct)
    {
        listeners.Planned(plan);
        var report = await mirror.ExecuteAsync(plan, listeners, ct);
        listeners.Ended(report);
        return report;
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception failure)
        {
            listeners.Failed(failure);
            throw;
        }
    }
}
