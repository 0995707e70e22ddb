namespace AppUpdater.Tests.Transport;

/// <summary>The real clock, put forward by hand; timers run as ever.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _ahead;

    internal void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref _ahead) * (TimestampFrequency / TimeSpan.TicksPerSecond));
}
