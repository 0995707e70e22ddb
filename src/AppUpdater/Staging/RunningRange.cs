namespace AppUpdater.Staging;

/// <summary>A range in the hands of a reader, who tells how far it is and asks before each blob whether that is still its own. Thread-safe.</summary>
/// <param name="all">Those it is read among.</param>
/// <param name="given">As it was handed out; its end may come nearer.</param>
internal sealed class RunningRange(RunningRanges all, PackRange given)
{
    private int _at;
    private int _end = given.Blobs.Count;
    private long _position = given.Blobs[0].Start;
    private bool _isKept;

    internal PackRange Given => given;

    /// <summary>Where in the pack it ends by now.</summary>
    internal long End
    {
        get
        {
            lock (all.Gate)
                return given.Blobs[_end - 1].End;
        }
    }

    /// <summary>Within the gate.</summary>
    internal bool IsReceiving { get; private set; }

    /// <summary>Whether a blob is still to be read here; if so it stays. Those before it are done with.</summary>
    /// <param name="at">Its place in <see cref="Given"/>.</param>
    internal bool Begin(int at)
    {
        lock (all.Gate)
        {
            if (at >= _end)
            {
                // Its connection may serve another before the caller comes for the next range.
                IsReceiving = false;
                return false;
            }

            _at = at;
            return true;
        }
    }

    /// <summary>All before this place in the pack came.</summary>
    internal void Reach(long position)
    {
        lock (all.Gate)
        {
            _position = position;
            if (IsReceiving)
                return;
            IsReceiving = true;
            all.Count(isBreak: false);
        }
    }

    /// <summary>Its connection broke; it may have to wait for another.</summary>
    internal void Break()
    {
        lock (all.Gate)
        {
            IsReceiving = false;
            all.Count(isBreak: true);
        }
    }

    /// <summary>What it has now, of which nothing is cut off any more.</summary>
    internal PackRange Keep()
    {
        lock (all.Gate)
        {
            _isKept = true;
            return given with { Blobs = [.. given.Blobs.Take(_end)] };
        }
    }

    /// <summary>
    /// Before which blob what is left is nearest to being halved, and the bytes of the shorter side: so much sooner all of it may be here.
    /// Within the gate.
    /// </summary>
    internal (int Cut, long Gain) Middle()
    {
        var middle = (Cut: _end, Gain: 0L);
        for (var cut = _at + 1; cut < _end && !_isKept; cut++)
        {
            var gain = Math.Min(given.Blobs[cut - 1].End - _position, given.Blobs[_end - 1].End - given.Blobs[cut].Start);
            if (gain > middle.Gain)
                middle = (cut, gain);
        }

        return middle;
    }

    /// <summary>Gives up what comes from a blob on that was not begun. Within the gate.</summary>
    internal PackRange CutAt(int cut)
    {
        var later = given with { Blobs = [.. given.Blobs.Take(cut.._end)] };
        _end = cut;
        return later;
    }
}
