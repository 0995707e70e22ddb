using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>Starts the app and stands by it: probation, its verdict, and the way back.</summary>
internal sealed class AppSession(Workbench bench, IAppStarter starter, BootstrapperCommand command, Func<bool> isStopAsked)
{
    private static readonly TimeSpan ToClose = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeEnds = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LockAfterEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockWhileRunning = TimeSpan.FromHours(12);

    /// <summary>Starts a version that is in place and has to prove itself. Returns the exit code.</summary>
    /// <param name="swap">The committed swap.</param>
    /// <param name="entry">What is started.</param>
    /// <param name="held">Lock and mark, freed once the swap is watched: an updater in between would take it for one that nobody judges.</param>
    internal async Task<int> ProveAsync(FoundSwap swap, RelativePath entry, IDisposable held)
    {
        // A start of the app looks for a moment whether the mark is free.
        using var watch = await Polling.ForAsync(() => TryWatch(swap), ProbeEnds, bench.Clock, default).ConfigureAwait(false);
        held.Dispose();
        if (watch is null)
            return await RunAsync(entry, ExitCodes.Done).ConfigureAwait(false);
        if (isStopAsked())
            return ExitCodes.Cancelled;
        var record = new ProbationRecord(bench, swap);
        if (record.Begin() is { } spent)
            return await GoBackAsync(swap, entry, spent, watch).ConfigureAwait(false);
        bench.Log.LogInformation("{Version} is on probation for {Time}, confirm = {Mode}.", swap.Header.To, swap.Header.ConfirmWithin, swap.Header.Confirm);
        IAppProcess app;
        try
        {
            app = starter.Start(Start(entry));
        }
        catch (InstallException e)
        {
            record.Fail(e.Message);
            return await GoBackAsync(swap, entry, e.Message, watch).ConfigureAwait(false);
        }

        using (app)
            return await WatchAsync(app, swap, record, entry, watch).ConfigureAwait(false);
    }

    /// <summary>A mark that can't be opened keeps the version on probation until the next start, and not the app from starting.</summary>
    private WatchMark? TryWatch(FoundSwap swap)
    {
        try
        {
            return WatchMark.TryTake(swap.Directory);
        }
        catch (InstallException e)
        {
            bench.Log.LogWarning("{Version} can't be watched: {Reason}", swap.Header.To, e.Message);
            return null;
        }
    }

    /// <summary>Starts a version that has nothing to prove. Returns its exit code where this process stays its parent.</summary>
    /// <param name="entry">What is started.</param>
    /// <param name="otherwise">The exit code where this process does not stay.</param>
    /// <param name="heldBack">The release whose swap did not go through just now; null where none failed.</param>
    internal async Task<int> RunAsync(RelativePath entry, int otherwise, string? heldBack = null)
    {
        if (isStopAsked())
            return ExitCodes.Cancelled;
        using var app = starter.Start(Start(entry) with { HeldBack = heldBack });
        bench.Log.LogInformation("Started {Entry} as process {Id}.", entry, app.Id);
        return command.Stay ? await app.Ended.ConfigureAwait(false) : otherwise;
    }

    private AppStart Start(RelativePath entry) =>
        new(entry.Under(bench.Layout.Root), command.Arguments, command.WorkingDirectory ?? bench.Layout.Root);

    private async Task<int> WatchAsync(IAppProcess app, FoundSwap swap, ProbationRecord record, RelativePath entry, WatchMark watch)
    {
        var verdict = await new Probation(bench.Clock).WatchAsync(app, swap.Header, () => IsConfirmedByHost(swap), isStopAsked).ConfigureAwait(false);
        if (verdict.Kind == VerdictKind.Proven && bench.Removed(swap) is { } removed)
            verdict = new Verdict(VerdictKind.Failed, removed);
        verdict = record.Judge(verdict);
        bench.Log.LogInformation("Process {Id} on probation: {Verdict}. {Reason}", app.Id, verdict.Kind, verdict.Reason ?? "");
        if (verdict.Kind == VerdictKind.Failed)
        {
            record.Fail(verdict.Reason!);
            await EndAsync(app).ConfigureAwait(false);
            await new Leftovers(bench, command).EndAsync(ToClose).ConfigureAwait(false);
            return await GoBackAsync(swap, entry, verdict.Reason!, watch).ConfigureAwait(false);
        }

        if (verdict.Kind == VerdictKind.Proven)
            await ConfirmAsync(app, swap, record, watch).ConfigureAwait(false);
        return command.Stay ? await app.Ended.ConfigureAwait(false) : ExitCodes.Done;
    }

    /// <summary>The app runs on a disk that fails for a moment, and so does this process.</summary>
    private bool IsConfirmedByHost(FoundSwap swap)
    {
        try
        {
            return bench.Files.Stat(swap.HostConfirmation) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task ConfirmAsync(IAppProcess app, FoundSwap swap, ProbationRecord record, WatchMark watch)
    {
        // The app itself may hold the lock, while it fetches the next update: as long as it runs there is time.
        var start = bench.Clock.GetTimestamp();
        InstallLock? taken = null;
        await Polling.UntilAsync(
            () => (taken = TryLock()) is not null || app.Ended.IsCompleted, LockWhileRunning, bench.Clock, default)
            .ConfigureAwait(false);
        taken ??= await Polling.ForAsync(TryLock, LockAfterEnd, bench.Clock, default).ConfigureAwait(false);
        using (taken)
        {
            if (taken is null)
                bench.Log.LogWarning("No lock in {Time}: {Version} stays on probation until the next start.", bench.Clock.GetElapsedTime(start), swap.Header.To);
            if (taken is null || !Settlement.IsConfirmed(bench, swap, watch))
                record.Prove();
        }
    }

    /// <summary>Null also where it can't be opened, as on a disk that turned read-only: this process has to stay by the app all the same.</summary>
    private InstallLock? TryLock()
    {
        try
        {
            return InstallLock.TryTake(bench.Layout);
        }
        catch (InstallException)
        {
            return null;
        }
    }

    /// <summary>Asked to close, then ended; only a version that hangs is still there.</summary>
    private async Task EndAsync(IAppProcess app)
    {
        if (app.Ended.IsCompleted)
            return;
        app.AskToClose();
        if (!await Polling.UntilAsync(() => app.Ended.IsCompleted, ToClose, bench.Clock, default).ConfigureAwait(false))
            app.Kill();
        await app.Ended.ConfigureAwait(false);
    }

    private async Task<int> GoBackAsync(FoundSwap swap, RelativePath entry, string reason, WatchMark watch)
    {
        if (bench.Removed(swap) is { } removed && removed != reason)
            reason = $"{removed} {reason}";
        bench.Say($"{reason} Going back to {(swap.Header.From.Length > 0 ? swap.Header.From : "the version before")}.");
        var (quiet, obstacle) = await QuietInstall.HoldAsync(bench, command).ConfigureAwait(false);
        if (quiet is null)
        {
            bench.Report(swap.Header, SwapResult.Committed, $"{reason} It could not be undone: {obstacle}.");
            bench.Say($"It can't be undone: {obstacle}.");
            return ExitCodes.Undone;
        }

        bool wayBackIsGone;
        using (quiet)
        {
            if (new BadReleases(bench).Remember(swap.Header) is { } unwritten)
                reason = $"{reason} {unwritten}";
            bench.Report(swap.Header, SwapResult.Committed, reason); // read again where the undo is cut off
            var report = bench.Runner.Undo(swap);
            watch.Dispose();
            wayBackIsGone = report.IsWayBackGone;
            if (!Settlement.IsUndone(bench, swap, report, reason) && !wayBackIsGone)
                return ExitCodes.Undone;
        }

        // Without a way back the version is all there is, whole, and a user who installed the app over it shall not be kept from it.
        return await RunAsync(entry, ExitCodes.Undone, wayBackIsGone ? swap.Header.Release : null).ConfigureAwait(false);
    }
}
