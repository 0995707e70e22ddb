namespace AppUpdater.Transport;

/// <summary>
/// The idle time-out of one transfer. A byte now and then does not start it anew, only <see cref="LeastBytes"/> do. What counts is the time
/// that the other side was waited for, so that neither a rate limit of our own nor a slow disk here runs it out. For one caller at a time.
/// </summary>
/// <param name="timeout">In which so many bytes must pass.</param>
/// <param name="clock">For the time waited.</param>
internal sealed class IdleClock(TimeSpan timeout, TimeProvider clock) : IDisposable
{
    /// <summary>With fewer in 30 s, a file of a megabyte would take the whole day.</summary>
    internal const int LeastBytes = 1024;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly CancellationTokenSource _stop = new();
    private TimeSpan _waited;
    private int _passed;

    /// <summary>What the other side let pass while the time ran out, for messages.</summary>
    internal Wording Passed => _passed == 0 ? "nothing" : "next to nothing";

    /// <summary>Runs from here to the end of the wait.</summary>
    internal Wait Begin(CancellationToken ct)
    {
        _stop.CancelAfter(timeout - _waited);
        return new Wait(this, ct);
    }

    public void Dispose() => _stop.Dispose();

    private void End(TimeSpan took)
    {
        _stop.CancelAfter(Timeout.InfiniteTimeSpan);
        _waited += took;
        if (_passed >= LeastBytes)
            (_passed, _waited) = (0, TimeSpan.Zero);
        else if (timeout - _waited < Shortest)
            _waited = timeout - Shortest;
    }

    /// <summary>One read or write under way. Disposing it ends the wait.</summary>
    internal readonly struct Wait : IDisposable
    {
        private readonly IdleClock _idle;
        private readonly CancellationTokenRegistration _cancel;
        private readonly long _since;

        internal Wait(IdleClock idle, CancellationToken ct)
        {
            _idle = idle;
            _cancel = ct.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), idle._stop);
            _since = idle.Clock.GetTimestamp();
        }

        /// <summary>Cancelled when the time is up, and with the caller's own.</summary>
        internal CancellationToken Token => _idle._stop.Token;

        /// <summary>These bytes have passed.</summary>
        internal void Add(int bytes) => _idle._passed += bytes;

        public void Dispose()
        {
            _cancel.Dispose();
            _idle.End(_idle.Clock.GetElapsedTime(_since));
        }
    }

    private TimeProvider Clock => clock;
}
