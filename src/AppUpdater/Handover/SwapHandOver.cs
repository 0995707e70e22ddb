using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Settings;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>Gives a pending swap to its bootstrapper, or leaves it for the app's next start.</summary>
internal sealed class SwapHandOver(InstallEnvironment install, SwapStore store, OutcomeFile outcomes, TimeSpan hostExitWithin)
{
    // After the bootstrapper has ended its outcome is on disk; this is for one that was ended by somebody.
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    // Without a relaunch nobody waits for the update but the host's own end, whenever that is.
    private static readonly TimeSpan AsLongAsItRuns = BootstrapperCommand.LongestWait;

    // The outcome of an earlier swap between the same two versions is older.
    private readonly DateTimeOffset _begun = install.Clock.GetUtcNow();
    private readonly BootstrapperLauncher _launcher = new(install.Layout, install.Log);

    /// <summary>The bootstrapper waits for this process to end. It starts the app again where <paramref name="relaunch"/> says so.</summary>
    internal void AfterThisProcess(StagedUpdate staged, bool relaunch, IReadOnlyList<string> arguments)
    {
        var swap = Pending(staged);
        var isSupervised = install.Settings.Update.Relaunch == RelaunchMode.Supervisor;
        var bootstrapper = isSupervised
            ? null
            : _launcher.Launch(swap, new LaunchRequest(
                ProcessIdentity.OfThisProcess(), relaunch ? hostExitWithin : AsLongAsItRuns, relaunch, arguments, Environment.CurrentDirectory));
        if (isSupervised || bootstrapper is not null)
            LeaveMark(new NextStartMark(bootstrapper), swap);
    }

    /// <summary>Where a bootstrapper is already on its way, the mark is only for the case that it is killed.</summary>
    private void LeaveMark(NextStartMark mark, FoundSwap swap)
    {
        try
        {
            mark.Write(install.Files, swap.Directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (mark.Bootstrapper is null)
                throw new InstallException($"That the update waits for the next start can't be written in {swap.Directory}: {failure.Message}", failure);
            install.Log.LogWarning("That the swap {Id} waits for its bootstrapper can't be written down: {Reason}", swap.Header.Id, failure.Message);
        }
    }

    /// <summary>Starts the swap and waits until it is committed, undone or left pending.</summary>
    /// <param name="staged">What was prepared.</param>
    /// <param name="ct">Ends the waiting while nothing has changed yet; once the swap is on, its end is awaited.</param>
    internal async Task<SwapOutcome> NowAsync(StagedUpdate staged, CancellationToken ct)
    {
        var swap = Pending(staged);
        ct.ThrowIfCancellationRequested();
        var relaunch = install.Settings.Install.Run is not null && install.Settings.Update.Relaunch == RelaunchMode.Self;
        var process = _launcher.Launch(swap, new LaunchRequest(null, hostExitWithin, relaunch, [], install.Layout.Root));
        SwapOutcome? end = null;
        while (end is null && process is not null && process.IsAlive())
        {
            end = EndOf(swap, out var state);
            if (end is null)
                await Task.Delay(Interval, install.Clock, state is SwapState.Prepared ? ct : CancellationToken.None).ConfigureAwait(false);
        }

        SwapState? last = null;
        if (end is null)
            await Polling.UntilAsync(() => (end = EndOf(swap, out last)) is not null, LastLook, install.Clock, CancellationToken.None).ConfigureAwait(false);
        return end ?? LeftBehind(swap, last);
    }

    /// <summary>
    /// How the swap ended, or null while it goes on. A journal that is renamed under the reader's eyes is looked at again. Only its name is
    /// asked for: reading it again and again would take the processor from the bootstrapper.
    /// </summary>
    private SwapOutcome? EndOf(FoundSwap swap, out SwapState? state)
    {
        state = null;
        try
        {
            state = new SwapFolder(install.Files, swap.Directory).State();
        }
        catch (Exception failure) when (failure is UpdateException or IOException or UnauthorizedAccessException)
        {
            return null;
        }

        var written = Written(swap);
        return state switch
        {
            null => written, // cleared
            // Told before the bootstrapper starts the old version again, and may then stay as long as that runs.
            SwapState.Prepared => written,
            SwapState.Committed or SwapState.Confirmed =>
                written is { Result: not SwapResult.Pending } ? written : swap.Outcome(state.Value, reason: null, install.Clock),

            // Why it was undone is written right behind the journal's last word.
            SwapState.Undone => written is { Result: not SwapResult.Pending } ? written : null,
            _ => null,
        };
    }

    /// <summary>The bootstrapper ended without a word on how.</summary>
    private SwapOutcome LeftBehind(FoundSwap swap, SwapState? state) => state == SwapState.Undone
        ? swap.Outcome(SwapState.Undone, $"{install.Layout.Log} says more.", install.Clock)
        : Written(swap) ?? swap.Outcome(
            SwapState.Prepared, $"The bootstrapper ended before it swapped anything; {install.Layout.Log} says more.", install.Clock);

    private SwapOutcome? Written(FoundSwap swap) =>
        outcomes.Read() is { } outcome && outcome.From == swap.Header.From && outcome.To == swap.Header.To && outcome.At >= _begun
            ? outcome
            : null;

    private FoundSwap Pending(StagedUpdate staged) =>
        store.Find() is { State: SwapState.Prepared } swap && swap.Header.Id == staged.SwapId
            ? swap
            : throw new InstallException(
                $"The prepared update of \"{install.Layout.Root}\" to {staged.To} is not there any more: another updater took its place. Check and stage again.");
}
