using Microsoft.Extensions.Logging;

namespace AppUpdater.Mirroring;

/// <summary>
/// The loop of a watch. What is to be sent is found anew by each comparison with the recorded state, so that neither a lost event nor a
/// server that was away loses a change, and what piles up is never more than the folder itself.
/// </summary>
internal sealed class PushWatch(MirrorPush push, MirrorSetup setup, TimeSpan every, TimeSpan verifyEvery)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly TimeProvider _clock = setup.Options.Clock;

    internal async Task RunAsync(IProgress<MirrorEvent>? progress, Action<MirrorReport>? cycleDone, CancellationToken ct)
    {
        using var changes = new FolderSignals(setup.Place.Root, setup.Options);
        var lost = 0;
        var isTold = true;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var start = _clock.GetTimestamp();
            var pause = every;
            try
            {
                changes.Begin();
                var plan = await push.PlanAsync(IsVerifyDue(), ct).ConfigureAwait(false);
                // Whatever was not as it should be, its end is told.
                isTold = await CycleAsync(plan, isTold, progress, cycleDone, ct).ConfigureAwait(false) is not { Failures.IsEmpty: true, HeldBack: 0 };
                lost = 0;
                if (plan.Unsettled > 0)
                    pause = Shorter(setup.Options.Stillness, every);
            }
            catch (Exception e) when (e is UnreachableException or MissingException)
            {
                lost++;
                isTold = true;
                setup.Options.Logger.LogWarning("The server can't be reached; changes wait until it is back: {Reason}", Wording.Of(e));
                cycleDone?.Invoke(Lost(Wording.Of(e), _clock.GetElapsedTime(start)));
                await Task.Delay(BackOff(lost), _clock, ct).ConfigureAwait(false);
                continue;
            }

            // A file that fails each time is not tried at every event, but with the next comparison.
            await changes.WaitAsync(pause, ct).ConfigureAwait(false);
        }
    }

    private async Task<MirrorReport> CycleAsync(MirrorPlan plan, bool isTold, IProgress<MirrorEvent>? progress, Action<MirrorReport>? cycleDone, CancellationToken ct)
    {
        isTold |= plan.HeldBack > 0;
        if (isTold || plan.Actions.Length + plan.Failures.Length > 0)
            push.Planned?.Invoke(plan);
        var report = await push.ExecuteAsync(plan, progress, ct).ConfigureAwait(false);
        if (isTold || plan.Actions.Length > 0 || report.Failures.Length > 0)
            cycleDone?.Invoke(report);
        return report;
    }

    /// <summary>Also where the last comparison lies in the future: the clock was wrong, then or now.</summary>
    private bool IsVerifyDue() => push.Verified is not { } last || _clock.GetUtcNow() is var now && (last > now || now - last >= verifyEvery);

    private TimeSpan BackOff(int lost) => Shorter(setup.Options.RetryDelay * Math.Pow(2, Math.Min(lost, 20)), LongestPause);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static MirrorReport Lost(Wording reason, TimeSpan elapsed) => new()
    {
        Transferred = 0, Removed = 0, Unchanged = 0, Skipped = 0, Bytes = 0, Elapsed = elapsed, Failures = [new MirrorFailure(null, reason)],
    };
}
