using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;
using AppUpdater.Settings;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>Sees to it that nothing of an earlier swap is unfinished, and that this process is the only updater.</summary>
internal sealed class EarlierSwap(InstallEnvironment install, SwapStore store, OutcomeFile outcomes)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    // A bootstrapper that is done holds the lock for a moment more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private enum Ahead { Free, AnotherUpdater, OnProbation }

    /// <summary>Takes the install's lock once an earlier update is through with its probation; at most a pending swap lies there then.</summary>
    /// <exception cref="InstallException">Another updater is at work, the probation does not end, or a swap can't be finished from here.</exception>
    internal async Task<InstallLock> SettleAsync(CancellationToken ct)
    {
        MakeOwnFolder();
        InstallLock? taken = null;
        var ahead = Ahead.Free;
        var limit = install.Settings.Update.ConfirmWithin + Grace;
        var begun = install.Clock.GetTimestamp();
        bool IsDecided() => (ahead = TrySettle(out taken)) switch
        {
            Ahead.Free => true,
            Ahead.AnotherUpdater => install.Clock.GetElapsedTime(begun) > Patience,
            _ => false,
        };
        await Polling.UntilAsync(IsDecided, limit, install.Clock, ct).ConfigureAwait(false);
        return ahead switch
        {
            Ahead.Free => taken!,
            Ahead.OnProbation => throw new InstallException(
                $"The last update of \"{install.Layout.Root}\" is still on probation after {limit.TotalSeconds:0} s. Try again when the app has proved itself."),
            _ => throw new InstallException(
                $"Another updater ({HolderOfLock()}) is at work on \"{install.Layout.Root}\". Wait until it is done and try again."),
        };
    }

    /// <summary>Finishes or undoes a swap that was cut off. Null: there was none.</summary>
    /// <exception cref="InstallException">The app runs, or another updater is at work; the swap is left as it is.</exception>
    internal async Task<SwapOutcome?> RecoverAsync(CancellationToken ct)
    {
        if (store.Find() is not { State: SwapState.Applying or SwapState.Undoing })
            return null;
        using var taken = await Polling.ForAsync(() => InstallLock.TryTake(install.Layout), Grace, install.Clock, ct).ConfigureAwait(false)
            ?? throw new InstallException($"A swap is at work on \"{install.Layout.Root}\" and did not end within {Grace.TotalSeconds:0} s. Try again later.");
        return store.Find() is { State: SwapState.Applying or SwapState.Undoing } swap ? Recover(swap) : outcomes.Read();
    }

    private Ahead TrySettle(out InstallLock? taken)
    {
        taken = InstallLock.TryTake(install.Layout);
        if (taken is null)
            return IsUnproven() ? Ahead.OnProbation : Ahead.AnotherUpdater;
        var mine = taken;
        try
        {
            if (Settle(store.Find()))
            {
                mine = null;
                return Ahead.Free;
            }

            taken = null;
            return Ahead.OnProbation;
        }
        finally
        {
            mine?.Dispose();
        }
    }

    /// <summary>Read without the lock: a bootstrapper at work may rename the journal under the reader's eyes.</summary>
    private bool IsUnproven()
    {
        try
        {
            return store.Find() is { State: SwapState.Applying or SwapState.Committed or SwapState.Undoing };
        }
        catch (UpdateException)
        {
            return true;
        }
    }

    /// <summary>False while the swap's version is being watched.</summary>
    private bool Settle(FoundSwap? swap)
    {
        switch (swap?.State)
        {
            case SwapState.Applying or SwapState.Undoing:
                Recover(swap);
                return Settle(store.Find());
            case SwapState.Committed:
                return TryConfirm(swap);
            case SwapState.Confirmed or SwapState.Undone:
                store.Clear(swap);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Nobody watches: the version was swapped in and never started, and a newer one takes its place. Nothing is left to prove.</summary>
    private bool TryConfirm(FoundSwap swap)
    {
        using (var watch = WatchMark.TryTake(swap.Directory))
        {
            if (watch is null)
                return false;
            if (new StartCount(install.Files, swap.Directory).Read().Failure is { } failure)
                GoBack(swap, failure);
            else
                Confirm(swap);
        }

        return Settle(store.Find());
    }

    private void Confirm(FoundSwap swap)
    {
        install.Log.LogInformation("The update to {Version} counts as confirmed: nobody watches it, and a newer one takes its place", swap.Header.To);
        Report(swap, Settled(swap, Runner().Confirm(swap)));
    }

    /// <summary>Its verdict was spoken, and something kept the bootstrapper from carrying it out.</summary>
    private void GoBack(FoundSwap swap, string failure)
    {
        using var alone = RunningMark.TryHoldAlone(install.Layout) ?? throw new InstallException(
            $"The last update of \"{install.Layout.Root}\" has to be undone and can't be while the app runs. Close the app and start it again. ({failure})");
        var refusal = new RefusedRelease(swap.Header.Release, swap.Header.To, RefusalReason.Undone, install.Clock.GetUtcNow());
        new TrustStore(install.Layout, install.Files).Change(trust => trust.With(refusal));
        var report = Runner().Undo(swap);
        if (report.IsWayBackGone)
            Confirm(swap); // the next update is the only way on
        else
            Report(swap, Settled(swap, report) with { Reason = failure });
    }

    /// <summary>What stays as it was would be settled again and again.</summary>
    private SwapReport Settled(FoundSwap swap, SwapReport report) => report.State == SwapState.Committed
        ? throw new InstallException(
            $"The last update of \"{install.Layout.Root}\" to {swap.Header.To} can neither be confirmed nor undone yet: {report.Reason}")
        : report;

    private SwapOutcome Recover(FoundSwap swap)
    {
        using var alone = RunningMark.TryHoldAlone(install.Layout) ?? throw new InstallException(
            $"The update of \"{install.Layout.Root}\" to {swap.Header.To} was cut off and can't be finished while the app runs. Close the app, or start it again: it finishes by itself.");
        var report = Runner().Recover(swap);
        var outcome = Report(swap, report);
        return report.State is SwapState.Applying or SwapState.Undoing
            ? throw new InstallException($"The update of \"{install.Layout.Root}\" to {swap.Header.To} can neither be finished nor undone yet: {report.Reason}")
            : outcome;
    }

    private SwapOutcome Report(FoundSwap swap, SwapReport report)
    {
        var outcome = swap.Outcome(report.State, report.Reason, install.Clock) with { KeptFiles = [.. report.KeptFiles] };
        try
        {
            outcomes.Write(swap.Header.Id, outcome);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            install.Log.LogWarning("What became of the update to {Version} can't be written down: {Reason}", swap.Header.To, failure.Message);
        }

        return outcome;
    }

    private SwapRunner Runner() => new(install.Files, install.Layout, install.Clock);

    private void MakeOwnFolder()
    {
        try
        {
            if (install.Files.Stat(install.Layout.Own) is null)
                install.Files.CreateDirectory(install.Layout.Own);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(
                $"\"{install.Layout.Own}\" can't be made: {failure.Message} {WriteAccess.WhatToDo}", failure);
        }
    }

    private string HolderOfLock() => InstallLock.HolderOf(install.Files, install.Layout) is { } process ? $"process {process}" : "process unknown";
}
