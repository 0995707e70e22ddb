namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>
/// A clock on which nobody waits: whoever sets a timer moves it there at once. What was planned for a time on the way happens first. It can be
/// put forward and back on the wall, as people and time servers do.
/// </summary>
internal sealed class CycleClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<(TimeSpan At, Action What)> _planned = [];
    private TimeSpan _passed;
    private TimeSpan _shift;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return start + _passed + _shift;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _passed.Ticks;
    }

    /// <summary>Time that passed, whatever the wall says.</summary>
    internal TimeSpan Passed => TimeSpan.FromTicks(GetTimestamp());

    internal void Advance(TimeSpan time)
    {
        foreach (var what in MoveTo(time))
            what();
    }

    internal void PutBy(TimeSpan shift)
    {
        lock (_gate)
            _shift += shift;
    }

    internal void Plan(TimeSpan fromNow, Action what)
    {
        lock (_gate)
            _planned.Add((_passed + fromNow, what));
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Advance(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Spent();
    }

    private Action[] MoveTo(TimeSpan due)
    {
        lock (_gate)
        {
            _passed += due;
            var reached = _planned.Where(one => one.At <= _passed).OrderBy(one => one.At).ToArray();
            _planned.RemoveAll(one => one.At <= _passed);
            return [.. reached.Select(one => one.What)];
        }
    }

    private sealed class Spent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
