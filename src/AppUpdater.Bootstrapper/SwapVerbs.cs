using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>The verbs: a pending swap applied, an unfinished one taken up again; then the app started, where that is asked for.</summary>
internal sealed class SwapVerbs(Workbench bench, BootstrapperCommand command, AppSession session)
{
    private static readonly TimeSpan LockSilently = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LockAtMost = TimeSpan.FromMinutes(2);

    internal Task<int> RunAsync() =>
        command.Relaunch && Bystander.Of(bench) is { } bystander ? StartBesideAsync(bystander)
        : command.Verb == BootstrapperVerb.Apply ? ApplyAsync()
        : RecoverAsync();

    private async Task<int> StartBesideAsync(Bystander bystander)
    {
        if (command.WaitFor is { } host)
            await Polling.UntilEndedAsync(host, command.WaitLimit, bench.Clock, default).ConfigureAwait(false);
        var pending = await bystander.WaitAsync().ConfigureAwait(false);
        if (pending is not null)
            bystander.TellOf(pending);
        if (EntryOf(pending) is not { } entry)
            return ExitCodes.Disk;
        return await session.RunAsync(entry, pending is null ? ExitCodes.Done : ExitCodes.Disk, pending?.Header.Release).ConfigureAwait(false);
    }

    private async Task<int> ApplyAsync()
    {
        var (quiet, reason) = await HoldAsync().ConfigureAwait(false);
        if (quiet is null)
            return await LeavePendingAsync(reason!).ConfigureAwait(false);
        using (quiet)
        {
            if (await bench.FindAsync().ConfigureAwait(false) is { } swap && swap.Header.Id == command.Swap)
            {
                if (swap.State == SwapState.Prepared)
                    return await ApplyAsync(swap, quiet).ConfigureAwait(false);
                return await AfterAsync(swap, bench.Runner.Recover(swap), quiet).ConfigureAwait(false);
            }
        }

        return IsAppMissed()
            ? await RecoverAsync().ConfigureAwait(false)
            : throw new InstallException($"The swap {command.Swap} does not lie in {bench.Layout.Swaps}: another updater took it away. Update again.");
    }

    /// <summary>Nothing live has changed yet: what nobody signed is dropped, and what can't be read stays pending.</summary>
    private async Task<int> ApplyAsync(FoundSwap swap, QuietInstall quiet)
    {
        try
        {
            new SecondLook(bench).Require(swap);
        }
        catch (UntrustedException e)
        {
            bench.Say($"The update to {swap.Header.To} was dropped: {e.Message}");
            bench.Report(swap.Header, SwapResult.Undone, e.Message);
            Settlement.Clear(bench, swap);
            return await StartAsync(swap, quiet, ExitCodes.Untrusted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InstallException or IOException or UnauthorizedAccessException)
        {
            return await AfterAsync(swap, new SwapReport(SwapState.Prepared, e.Message, []), quiet).ConfigureAwait(false);
        }

        if (swap.Header.IsRollback)
            new BadReleases(bench).RememberLeft();
        return await AfterAsync(swap, bench.Runner.Apply(swap), quiet).ConfigureAwait(false);
    }

    /// <summary>Lock and mark that can't even be opened, as in a folder that turned read-only, keep the update waiting and not the app.</summary>
    private async Task<(QuietInstall? Quiet, string? Reason)> HoldAsync()
    {
        try
        {
            return await QuietInstall.WaitAsync(bench, command).ConfigureAwait(false);
        }
        catch (InstallException e)
        {
            return (null, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>The app comes back as it is to who waits for its start, or gave it up for the update.</summary>
    private async Task<int> LeavePendingAsync(string reason)
    {
        bench.Say($"The update stays pending: {reason}.");
        if (await bench.FindAsync().ConfigureAwait(false) is not { State: SwapState.Prepared } pending)
            return IsAppMissed() ? await RecoverAsync().ConfigureAwait(false) : ExitCodes.Disk; // another has begun it, or is through
        bench.Report(pending.Header, SwapResult.Pending, reason);
        return IsAppMissed() && EntryOf(pending) is { } entry
            ? await session.RunAsync(entry, ExitCodes.Disk, pending.Header.Release).ConfigureAwait(false)
            : ExitCodes.Disk;
    }

    /// <summary>Whether nobody but this process starts the app.</summary>
    private bool IsAppMissed() => command.Relaunch && (command.WaitFor is { } host ? !host.IsAlive() : command.Stay);

    private async Task<int> RecoverAsync()
    {
        if (command.WaitFor is { } host)
            await Polling.UntilEndedAsync(host, command.WaitLimit, bench.Clock, default).ConfigureAwait(false);
        using (var first = await LockAsync().ConfigureAwait(false))
        {
            var found = await bench.FindAsync().ConfigureAwait(false);
            if (found is not { State: SwapState.Applying or SwapState.Undoing })
                return await LeaveAsync(found, first).ConfigureAwait(false);
        }

        var (quiet, reason) = await QuietInstall.HoldAsync(bench, command).ConfigureAwait(false);
        if (quiet is null)
        {
            // Another bootstrapper may have finished it meanwhile: then it is the app that it started which still runs.
            return await bench.FindAsync().ConfigureAwait(false) is { State: SwapState.Applying or SwapState.Undoing }
                ? throw new InstallException($"The update can't be finished: {reason}.")
                : await RecoverAsync().ConfigureAwait(false);
        }

        using (quiet)
        {
            if (await bench.FindAsync().ConfigureAwait(false) is not { } swap)
                return await StartAsync(null, quiet).ConfigureAwait(false);
            return await AfterAsync(swap, bench.Runner.Recover(swap), quiet).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing is half done: what is over is cleared away, and the app started.</summary>
    private async Task<int> LeaveAsync(FoundSwap? swap, InstallLock taken)
    {
        if (swap is { State: SwapState.Committed, Header.Entry: { } entry } && command.Relaunch && !swap.Header.IsRollback)
            return await session.ProveAsync(swap, entry, taken).ConfigureAwait(false);

        if (swap is { State: SwapState.Committed } && (swap.Header.Entry is null || swap.Header.IsRollback))
            return await StartConfirmedAsync(swap, taken).ConfigureAwait(false);
        if (swap is { State: SwapState.Confirmed or SwapState.Undone })
            Finish(swap);
        return await StartAsync(swap, taken).ConfigureAwait(false);
    }

    /// <summary>A swap that was over, but cut off before it was told and cleared.</summary>
    private void Finish(FoundSwap swap)
    {
        var result = swap.State == SwapState.Confirmed ? SwapResult.Confirmed : SwapResult.Undone;
        bench.Report(swap.Header, result, result == SwapResult.Undone ? bench.LastReason(swap.Header) : null);
        Settlement.Clear(bench, swap);
    }

    private async Task<int> AfterAsync(FoundSwap swap, SwapReport report, QuietInstall quiet)
    {
        bench.Log.LogInformation("The swap {Id} is {State}. {Reason}", swap.Header.Id, report.State, report.Reason ?? "");
        switch (report.State)
        {
            case SwapState.Committed:
                return await CommittedAsync(swap with { State = SwapState.Committed }, report, quiet).ConfigureAwait(false);
            case SwapState.Undoing or SwapState.Undone:
                if (!Settlement.IsUndone(bench, swap, report, swap.State == SwapState.Undoing ? bench.LastReason(swap.Header) : report.Reason))
                    return ExitCodes.Undone;
                bench.Say($"The update to {swap.Header.To} was undone. {report.Reason}");
                return await StartAsync(swap, quiet, ExitCodes.Undone).ConfigureAwait(false);
            case SwapState.Prepared:
                bench.Report(swap.Header, SwapResult.Pending, report.Reason);
                bench.Say($"The update stays pending: {report.Reason}");
                return await StartAsync(swap, quiet, ExitCodes.Disk).ConfigureAwait(false);
            case SwapState.Confirmed: // by another bootstrapper, which was cut off before it cleared it away
                Finish(swap with { State = SwapState.Confirmed });
                return await StartAsync(swap, quiet).ConfigureAwait(false);
            default:
                bench.Report(swap.Header, SwapResult.Blocked, report.Reason);
                throw new InstallException($"The swap can't be finished yet ({report.State}): {report.Reason} Start the app again, which tries again.");
        }
    }

    private async Task<int> CommittedAsync(FoundSwap swap, SwapReport report, QuietInstall quiet)
    {
        Settlement.Tell(bench, report);
        if (report.Changing is { } time)
            bench.Log.LogInformation("The install held neither version whole for {Time} ms.", (long)time.TotalMilliseconds);
        bench.Report(swap.Header, SwapResult.Committed, reason: null);
        if (swap.Header.Entry is not { } entry || swap.Header.IsRollback)
        {
            // Nothing is started, so nothing can be proved; or a person chose this version, who is not second-guessed.
            return await StartConfirmedAsync(swap, quiet).ConfigureAwait(false);
        }

        return command.Relaunch ? await session.ProveAsync(swap, entry, quiet).ConfigureAwait(false) : ExitCodes.Done;
    }

    /// <summary>Frees the install, then starts the app where that is asked for.</summary>
    private Task<int> StartAsync(FoundSwap? swap, IDisposable held, int code = ExitCodes.Done) =>
        StartAsync(swap, held, code, code == ExitCodes.Done ? null : swap?.Header.Release);

    /// <summary>What can't be confirmed is not handed back to a bootstrapper by the very start that one has made.</summary>
    private Task<int> StartConfirmedAsync(FoundSwap swap, IDisposable held) =>
        StartAsync(swap, held, ExitCodes.Done, Settlement.IsConfirmed(bench, swap, watch: null) ? null : swap.Header.Release);

    private async Task<int> StartAsync(FoundSwap? swap, IDisposable held, int code, string? heldBack)
    {
        held.Dispose();
        return command.Relaunch && EntryOf(swap) is { } entry ? await session.RunAsync(entry, code, heldBack).ConfigureAwait(false) : code;
    }

    /// <summary>What is started: the swap's entry, or, where it has none, what somebody started and met this bootstrapper.</summary>
    private RelativePath? EntryOf(FoundSwap? swap) => swap?.Header.Entry ?? command.Run;

    private async Task<InstallLock> LockAsync()
    {
        if (await PatientLock.TakeAsync(() => InstallLock.TryTake(bench.Layout), LockSilently, bench.Clock).ConfigureAwait(false) is { } free)
            return free;
        bench.Say("Waiting for another updater to finish…");
        return await Polling.ForAsync(() => InstallLock.TryTake(bench.Layout), LockAtMost, bench.Clock, default).ConfigureAwait(false)
            ?? throw new InstallException($"Another updater is at work in {bench.Layout.Root} and does not finish. Start the app again later.");
    }
}
