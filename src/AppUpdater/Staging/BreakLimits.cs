using AppUpdater.Transport.Retry;

namespace AppUpdater.Staging;

/// <summary>How often one transfer may break off and be gone on with.</summary>
internal sealed class BreakLimits(StagingOptions options, TimeProvider clock)
{
    private int _breaks;
    private int _inARow;

    /// <summary>Whether to go on after a break; counts it.</summary>
    /// <param name="failure">The break.</param>
    /// <param name="gained">Whether bytes came since the one before.</param>
    internal bool Allows(UnreachableException failure, bool gained)
    {
        if (!failure.IsTransient || ++_breaks > options.BreaksPerFile || (!gained && _inARow >= options.Retries))
            return false;
        _inARow = gained ? 0 : _inARow + 1;
        return true;
    }

    /// <summary>The pause after a break that was allowed; longer with each one in a row.</summary>
    internal Task PauseAsync(UnreachableException failure, CancellationToken ct) =>
        Task.Delay(RetryPolicy.DelayAskedFor(failure) ?? options.RetryDelay * Math.Pow(2, Math.Max(0, _inARow - 1)), clock, ct);
}
