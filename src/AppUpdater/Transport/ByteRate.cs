namespace AppUpdater.Transport;

/// <summary>
/// Keeps all transfers of a source together below so many bytes a second. Each read pays afterwards, by waiting until what was read
/// before it is due; a quarter of a second's worth is free after a pause. Safe for concurrent use.
/// </summary>
/// <param name="bytesPerSecond">Null: no limit.</param>
/// <param name="clock">Its timestamps and delays.</param>
internal sealed class ByteRate(long? bytesPerSecond, TimeProvider clock)
{
    private const int SmallestRead = 1024;

    internal static ByteRate Unlimited { get; } = new(null, TimeProvider.System);

    private readonly Lock _gate = new();
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _due;

    /// <summary>How much to read at once, so that waits stay short.</summary>
    internal Memory<byte> Portion(Memory<byte> buffer) =>
        bytesPerSecond is { } rate && buffer.Length > Math.Max(SmallestRead, rate / 4)
            ? buffer[..(int)Math.Max(SmallestRead, rate / 4)]
            : buffer;

    internal ValueTask SpendAsync(int bytes, CancellationToken ct)
    {
        if (bytesPerSecond is not { } rate || bytes == 0)
            return default;
        TimeSpan wait;
        lock (_gate)
        {
            var now = clock.GetElapsedTime(_start);
            var earliest = now - TimeSpan.FromMilliseconds(250);
            _due = (_due > earliest ? _due : earliest) + TimeSpan.FromSeconds((double)bytes / rate);
            wait = _due - now;
        }

        return wait > TimeSpan.Zero ? new ValueTask(Task.Delay(wait, clock, ct)) : default;
    }
}
