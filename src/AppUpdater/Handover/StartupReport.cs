namespace AppUpdater.Handover;

/// <summary>What a host learns when it starts.</summary>
public sealed class StartupReport
{
    internal StartupReport()
    {
    }

    /// <summary>The installed version by the updater's record; null where it installed nothing yet.</summary>
    public string? Version { get; internal init; }

    /// <summary>Whether this is the first run of this version.</summary>
    public bool IsFirstRun { get; internal init; }

    /// <summary>What became of the last swap; null where there was none.</summary>
    public SwapOutcome? LastSwap { get; internal init; }

    /// <summary>Says that this version works; ends probation where <c>confirm = call</c>. Otherwise does nothing.</summary>
    public void Confirm() => throw new NotSupportedException();
}
