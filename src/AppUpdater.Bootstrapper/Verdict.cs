namespace AppUpdater.Bootstrapper;

internal enum VerdictKind
{
    /// <summary>It works: confirm.</summary>
    Proven,

    /// <summary>Neither shown: it stays on probation until the next start.</summary>
    Open,

    /// <summary>It does not work: undo.</summary>
    Failed,
}

/// <summary>What probation came to. Reason: why it failed or stays open; null where it is proven.</summary>
internal sealed record Verdict(VerdictKind Kind, string? Reason);
