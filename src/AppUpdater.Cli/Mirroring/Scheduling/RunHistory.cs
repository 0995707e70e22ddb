using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Keeps the status of a mirror that runs once at a time, started by a timer of the system: <c>mirror status</c> and <c>--on-error</c> then
/// know of it as of one that runs in cycles. Not for those: they keep it themselves.
/// </summary>
internal sealed class RunHistory : IMirrorListener, IAsyncDisposable
{
    private readonly MirrorHistory _history;
    private MirrorReport? _whole;
    private bool _isBegun;

    /// <param name="job">That runs once.</param>
    /// <param name="note">Told what is worth knowing besides, a line at a time.</param>
    /// <exception cref="SettingsException">An option is wrong.</exception>
    internal RunHistory(MirrorJob job, Action<string> note)
    {
        _history = new MirrorHistory(job, job.Setup(), new CycleHost((_, _) => { }, note));
    }

    public void Planned(MirrorPlan plan)
    {
        // A run that waits for files carries out several plans.
        if (!_isBegun)
            _history.Begin();
        _isBegun = true;
    }

    public void Happened(MirrorEvent happened)
    {
    }

    public void Ended(MirrorReport report) => _whole = _whole is { } before ? Sum(before, report) : report;

    /// <summary>The run is over, and all its plans together were one cycle.</summary>
    internal void Complete()
    {
        if (_whole is { } whole)
            _history.End(whole, next: null);
    }

    /// <summary>A run that was stopped came to no end, and stays the one that was begun last.</summary>
    public void Failed(Exception failure)
    {
        if (failure is not OperationCanceledException)
            _history.Fail(failure, next: null);
    }

    public ValueTask DisposeAsync() => _history.DisposeAsync();

    /// <summary>What the earlier plans brought is unchanged for the last, and what failed is what the last one left.</summary>
    private static MirrorReport Sum(MirrorReport before, MirrorReport last) => last with
    {
        Transferred = before.Transferred + last.Transferred,
        Removed = before.Removed + last.Removed,
        Unchanged = Math.Max(0, last.Unchanged - before.Transferred),
        Duplicates = before.Duplicates + last.Duplicates,
        Bytes = before.Bytes + last.Bytes,
        Elapsed = before.Elapsed + last.Elapsed,
    };
}
