namespace AppUpdater.Tests.Cli.Mirroring.Display;

/// <summary>A clock and its timers, moved by hand.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly List<HandTimer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(callback, state, period);
        _timers.Add(timer);
        return timer;
    }

    internal void Pass(TimeSpan time) => _now += time;

    /// <summary>Lets one period of every timer go by.</summary>
    internal void Tick()
    {
        foreach (var timer in _timers)
        {
            _now += timer.Period;
            timer.Fire();
        }
    }

    private sealed class HandTimer(TimerCallback callback, object? state, TimeSpan period) : ITimer
    {
        internal TimeSpan Period { get; private set; } = period;

        internal void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Period = period;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
