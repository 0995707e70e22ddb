using AppUpdater.Core.Swap;

namespace AppUpdater.Handover;

/// <summary>The kernel's states as a host sees them.</summary>
internal static class SwapStates
{
    internal static SwapOutcome Outcome(this FoundSwap swap, SwapState state, string? reason, TimeProvider clock) =>
        new(Result(state), swap.Header.From, swap.Header.To, reason, clock.GetUtcNow());

    private static SwapResult Result(SwapState state) => state switch
    {
        SwapState.Committed => SwapResult.Committed,
        SwapState.Confirmed => SwapResult.Confirmed,
        SwapState.Undoing or SwapState.Undone => SwapResult.Undone,
        _ => SwapResult.Pending,
    };
}
