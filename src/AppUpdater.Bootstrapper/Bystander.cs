using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// A start by an account that may not write the install: it can finish no swap, but it can wait for whoever is at it, and tell what to do
/// where nobody is.
/// </summary>
/// <param name="bench">What the bootstrapper works with.</param>
/// <param name="refusal">Why the lock can't be taken.</param>
internal sealed class Bystander(Workbench bench, InstallException refusal)
{
    private static readonly TimeSpan WaitsAtMost = TimeSpan.FromMinutes(2);

    // Who goes on with a swap that was cut off frees the lock for a moment and takes it again.
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(2);

    /// <summary>Null where this account may take the lock, now or later.</summary>
    internal static Bystander? Of(Workbench bench)
    {
        try
        {
            InstallLock.TryTake(bench.Layout)?.Dispose();
            return null;
        }
        catch (InstallException refusal)
        {
            return new Bystander(bench, refusal);
        }
    }

    /// <summary>Returns once a whole version is in place: with the swap that stays pending, or null where none does.</summary>
    /// <exception cref="InstallException">A swap was cut off, or does not end.</exception>
    internal async Task<FoundSwap?> WaitAsync()
    {
        var lastSeen = bench.Clock.GetTimestamp();
        bool IsDecided()
        {
            if (!IsAtWork())
                return true;
            if (InstallLock.IsTaken(bench.Layout))
                lastSeen = bench.Clock.GetTimestamp();
            return bench.Clock.GetElapsedTime(lastSeen) > Gap;
        }

        await Polling.UntilAsync(IsDecided, WaitsAtMost, bench.Clock, default).ConfigureAwait(false);
        if (IsAtWork())
        {
            throw new InstallException(
                $"The update of {bench.Layout.Root} is not finished, and this account can't finish it. Start the app once as the account that updates it. ({refusal.Message})");
        }

        return bench.Store.Find() is { State: SwapState.Prepared } pending ? pending : null;
    }

    internal void TellOf(FoundSwap pending) => bench.Say($"The update to {pending.Header.To} stays pending: {refusal.Message}");

    private bool IsAtWork()
    {
        try
        {
            if (bench.Store.Find() is { State: SwapState.Applying or SwapState.Undoing })
                return true;
        }
        catch (UntrustedException)
        {
            return true; // a journal that is renamed under the reader's eyes
        }

        try
        {
            using var mark = RunningMark.TryShare(bench.Layout);
            return mark is null;
        }
        catch (InstallException)
        {
            return false; // no mark was ever made
        }
    }
}
