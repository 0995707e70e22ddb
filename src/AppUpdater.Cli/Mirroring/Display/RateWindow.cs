namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>Bytes a second over the last ten seconds: what a link gives now, not what it gave on the whole. Of fixed size.</summary>
internal sealed class RateWindow(TimeSpan began)
{
    private const int Slots = 20;

    private static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    private readonly long[] _bytes = new long[Slots];
    private long _newest = began.Ticks / SlotLength.Ticks;

    internal void Add(long bytes, TimeSpan at)
    {
        MoveTo(at);
        _bytes[_newest % Slots] += bytes;
    }

    /// <summary>Null while too little time has gone by to tell.</summary>
    internal double? PerSecond(TimeSpan at)
    {
        MoveTo(at);
        if (at - began < Soonest)
            return null;
        var oldest = (_newest - Slots + 1) * SlotLength;
        return _bytes.Sum() / (at - (oldest > began ? oldest : began)).TotalSeconds;
    }

    private void MoveTo(TimeSpan at)
    {
        var slot = at.Ticks / SlotLength.Ticks;
        for (var next = Math.Max(_newest + 1, slot - Slots + 1); next <= slot; next++)
            _bytes[next % Slots] = 0;
        _newest = Math.Max(_newest, slot);
    }
}
