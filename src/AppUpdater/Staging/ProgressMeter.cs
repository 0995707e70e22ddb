namespace AppUpdater.Staging;

/// <summary>
/// Counts bytes for all files in transfer and tells the host, synchronously and one at a time, so that bytes never go backwards within a phase.
/// Thread-safe. What the host's handler throws reaches the transfer that reported.
/// </summary>
internal sealed class ProgressMeter(IProgress<UpdateProgress>? progress, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private readonly Queue<(long At, long Travelled)> _samples = new();
    private UpdatePhase _phase;
    private long _bytes;
    private long _total;
    private long _travelled;

    /// <summary>Bytes that came from the server, over all rounds.</summary>
    internal long Travelled
    {
        get
        {
            lock (_gate)
                return _travelled;
        }
    }

    internal void Begin(UpdatePhase phase, long total)
    {
        lock (_gate)
        {
            (_phase, _bytes, _total) = (phase, 0, total);
            Report(null);
        }
    }

    /// <summary>Bytes of this phase that need not travel.</summary>
    internal void Found(long bytes)
    {
        lock (_gate)
        {
            _bytes += Math.Max(0, bytes);
            Report(null);
        }
    }

    internal FileProgress Start(string file)
    {
        lock (_gate)
            Report(file);
        return new FileProgress(this, file);
    }

    private void Add(string file, long bytes, bool travelled, bool due)
    {
        lock (_gate)
        {
            _bytes += bytes;
            _travelled += travelled ? bytes : 0;
            if (due)
                Report(file);
        }
    }

    private void Report(string? file)
    {
        if (progress is null)
            return;
        progress.Report(new UpdateProgress(_phase, file, _bytes, Math.Max(_total, _bytes), Rate()));
    }

    private double Rate()
    {
        var now = clock.GetTimestamp();
        _samples.Enqueue((now, _travelled));
        while (_samples.Count > 1 && clock.GetElapsedTime(_samples.Peek().At, now) > Window)
            _samples.Dequeue();
        var (at, travelled) = _samples.Peek();
        var seconds = clock.GetElapsedTime(at, now).TotalSeconds;
        return seconds < 0.2 ? 0 : (_travelled - travelled) / seconds;
    }

    /// <summary>One file's share; told at its start, its end, and about ten times a second between.</summary>
    internal sealed class FileProgress(ProgressMeter meter, string file)
    {
        private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
        private long _last = meter.Clock.GetTimestamp();

        /// <summary>Bytes that an earlier, cut run left on disk.</summary>
        internal void Found(long bytes) => meter.Add(file, bytes, travelled: false, due: false);

        internal void Fetched(long bytes)
        {
            var due = meter.Clock.GetElapsedTime(_last) >= Pace;
            if (due)
                _last = meter.Clock.GetTimestamp();
            meter.Add(file, bytes, travelled: true, due);
        }

        internal void End() => meter.Add(file, 0, travelled: false, due: true);
    }

    private TimeProvider Clock => clock;
}
