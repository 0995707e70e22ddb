using System.Globalization;
using AppUpdater.Transport;

namespace AppUpdater.Staging;

/// <summary>
/// An end to a place that sends just enough never to stall: over ten minutes all its transfers together must bring what the least line would.
/// Once too slow it stays so, for the transfers under way and those to come. Safe for concurrent use.
/// </summary>
/// <param name="perSecond">In bytes.</param>
/// <param name="clock">For the time that passes.</param>
internal sealed class LeastPace(long perSecond, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // Longer than a transfer waits for a byte: then the machine slept, or nobody read.
    private static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _last;
    private TimeSpan _passed;
    private long _bytes;
    private volatile bool _isOver;

    internal bool IsOver => _isOver;

    /// <summary>So many bytes came from the place.</summary>
    /// <exception cref="UnreachableException">It is too slow.</exception>
    internal void Add(int bytes, RemoteLocation place)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var gap = _last is { } last ? clock.GetElapsedTime(last, now) : TimeSpan.Zero;
            _last = now;
            _passed += gap < LongestGap ? gap : LongestGap;
            _bytes += bytes;
            if (_passed >= Window)
            {
                _isOver |= _bytes < perSecond * _passed.TotalSeconds;
                (_passed, _bytes) = (TimeSpan.Zero, 0);
            }
        }

        if (_isOver)
        {
            throw new UnreachableException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place} sends fewer than {perSecond} bytes a second, and no line is that slow: it was given up. What came is kept; try again later."),
                isTransient: false);
        }
    }
}
