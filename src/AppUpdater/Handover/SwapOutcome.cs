using System.Collections.Immutable;

namespace AppUpdater.Handover;

/// <summary>How a swap ended, or where it stands.</summary>
public enum SwapResult
{
    /// <summary>Nothing has changed; the update is pending.</summary>
    Pending,

    /// <summary>The new version is in place and on probation.</summary>
    Committed,

    /// <summary>The new version proved itself.</summary>
    Confirmed,

    /// <summary>The old version is back.</summary>
    Undone,

    /// <summary>Something keeps the swap from being finished or undone. All files are kept, and the next start tries again.</summary>
    Blocked,
}

/// <summary>What became of the last swap, read from outcome.json.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="From">The version before; empty where none was known.</param>
/// <param name="To">The version it led to.</param>
/// <param name="Reason">Why it was left pending, undone or blocked, or could not be undone; null otherwise.</param>
/// <param name="At">When, UTC.</param>
public sealed record SwapOutcome(SwapResult Result, string From, string To, string? Reason, DateTimeOffset At)
{
    /// <summary>When the new version was in place, UTC; null where it never was.</summary>
    public DateTimeOffset? Applied { get; init; }

    /// <summary>How often the new version was started before it was judged.</summary>
    public int Starts { get; init; }

    /// <summary>Full paths of files that the swap met and did not know, and moved aside as <c>name.user-&lt;time&gt;</c>; at most 50.</summary>
    public ImmutableArray<string> KeptFiles { get; init; } = [];
}
