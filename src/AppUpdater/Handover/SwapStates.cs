using AppUpdater.Core.Swap;

namespace AppUpdater.Handover;

/// <summary>The kernel's states as a host sees them.</summary>
internal static class SwapStates
{
    /// <param name="swap">What it is about.</param>
    /// <param name="state">Where it ended: in <c>applying</c> or <c>undoing</c> only where it could get no further.</param>
    /// <param name="reason">Why it did not get where it was meant to.</param>
    /// <param name="clock">Tells when.</param>
    internal static SwapOutcome Outcome(this FoundSwap swap, SwapState state, string? reason, TimeProvider clock) =>
        new(Result(state), swap.Header.From, swap.Header.To, reason, clock.GetUtcNow());

    private static SwapResult Result(SwapState state) => state switch
    {
        SwapState.Committed => SwapResult.Committed,
        SwapState.Confirmed => SwapResult.Confirmed,
        SwapState.Undone => SwapResult.Undone,
        SwapState.Applying or SwapState.Undoing => SwapResult.Blocked,
        _ => SwapResult.Pending,
    };
}
