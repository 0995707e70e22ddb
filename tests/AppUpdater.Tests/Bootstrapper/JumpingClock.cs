namespace AppUpdater.Tests.Bootstrapper;

/// <summary>A clock on which nobody waits: whoever sets a timer moves it there at once. What was planned for a time on the way happens first.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<(TimeSpan At, Action What)> _planned = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(50) + TimeSpan.FromTicks(GetTimestamp());

    public override long GetTimestamp()
    {
        lock (_gate)
            return _now.Ticks;
    }

    internal void Plan(TimeSpan fromNow, Action what)
    {
        lock (_gate)
            _planned.Add((_now + fromNow, what));
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            foreach (var what in MoveTo(dueTime))
                what();
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Spent();
    }

    private Action[] MoveTo(TimeSpan due)
    {
        lock (_gate)
        {
            _now += due;
            var reached = _planned.Where(one => one.At <= _now).OrderBy(one => one.At).ToArray();
            _planned.RemoveAll(one => one.At <= _now);
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
