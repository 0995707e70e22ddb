namespace AppUpdater.Testing.Ftp;

/// <summary>A link of so many bytes a second that all transfers share; null: as fast as it goes. Safe for concurrent use.</summary>
internal sealed class Pace(long? bytesPerSecond)
{
    private const int SmallestPortion = 1024;

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Lock _gate = new();
    private TimeSpan _due;

    /// <summary>How many bytes to move at once so that the flow is even: a tenth of a second's worth.</summary>
    internal int Portion(int most) => bytesPerSecond is { } rate ? (int)Math.Min(most, Math.Max(SmallestPortion, rate / 10)) : most;

    /// <summary>Waits until these bytes would have passed.</summary>
    internal Task SpendAsync(int bytes, CancellationToken ct)
    {
        if (bytesPerSecond is not { } rate)
            return Task.CompletedTask;
        lock (_gate)
        {
            var now = _clock.GetElapsedTime(_start);
            _due = (_due > now ? _due : now) + TimeSpan.FromSeconds((double)bytes / rate);
            return Task.Delay(_due - now, ct);
        }
    }
}
