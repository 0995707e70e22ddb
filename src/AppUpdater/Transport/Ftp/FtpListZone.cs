namespace AppUpdater.Transport.Ftp;

/// <summary>
/// The zone of LIST's times, which a listing does not tell: dato.ini's, or one measured by comparing MDTM (UTC) with LIST, as WinSCP
/// does, or UTC. One file would do for a zone without summer time; with it, files on the other side of the change would be told an hour
/// off. So a listing's oldest and newest file are measured, and where the two differ, or lie so far apart that summer may lie between,
/// the one in the middle too, and so on: every time then stands between two measured ones that agree, or was measured itself. Safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// Telling a coarser time instead would be cheaper and wrong: a file replaced within the hour by one of equal size would count as unchanged.
/// A server that tells local time for MDTM too (vsftpd, use_localtime) measures as UTC: all its times are off by the same, now and later.
/// </remarks>
internal sealed class FtpListZone(TimeZoneInfo? setting)
{
    /// <summary>Files asked for in the life of a source. A tree that needs more keeps the nearest one's offset.</summary>
    internal const int MaxLooks = 64;

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Widest = TimeSpan.FromHours(15);

    // The shortest season anywhere is North America's winter time, 126 days.
    private static readonly TimeSpan Season = TimeSpan.FromDays(100);

    // A tree is uploaded within hours: nothing new is to be learned so near.
    private static readonly TimeSpan Near = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly SortedList<DateTime, TimeSpan> _offsets = [];
    private readonly HashSet<DateTime> _looked = [];
    private Task _turn = Task.CompletedTask;

    /// <summary>It is dato.ini's, or was measured; else times are read as UTC.</summary>
    internal bool IsKnown
    {
        get
        {
            lock (_gate)
                return setting is not null || _offsets.Count > 0;
        }
    }

    /// <summary>Measures what a listing needs. Callers take turns: what one learned, the next need not ask.</summary>
    /// <param name="listed">The times of the listing's files that tell a time of day, ascending, each once.</param>
    /// <param name="ask">The real times of the files that bear some of these, in UTC; null where the server does not say.</param>
    /// <param name="ct">Ends it.</param>
    internal async Task LearnAsync(IReadOnlyList<DateTime> listed, Func<List<DateTime>, Task<DateTime?[]>> ask, CancellationToken ct)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
        {
            if (Wanted(listed).Count == 0)
                return;
            (before, _turn) = (_turn, mine.Task);
        }

        try
        {
            await before.WaitAsync(ct).ConfigureAwait(false);
            while (NextWanted(listed) is { Count: > 0 } wanted)
                Take(wanted, await ask(wanted).ConfigureAwait(false));
        }
        finally
        {
            mine.SetResult();
        }
    }

    internal RemoteTime ToUtc(FtpWallTime time)
    {
        if (time.IsUtc)
            return new RemoteTime(new DateTimeOffset(time.Value, TimeSpan.Zero), time.Precision);
        var utc = setting is null ? time.Value - OffsetAt(time.Value) : Convert(setting, time.Value);

        // A date is half a year old, older than what was measured: its midnight may be an hour off.
        var precision = setting is null && time.Precision == FtpTimes.Day ? FtpTimes.Day + FtpTimes.Hour : time.Precision;
        return new RemoteTime(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)), precision);
    }

    private List<DateTime> NextWanted(IReadOnlyList<DateTime> listed)
    {
        lock (_gate)
            return Wanted(listed);
    }

    /// <summary>What to ask for next: of the times between the same two measured ones the middle, of those beyond them the farthest.</summary>
    private List<DateTime> Wanted(IReadOnlyList<DateTime> listed)
    {
        var wanted = new List<DateTime>();
        if (setting is not null || _looked.Count >= MaxLooks)
            return wanted;
        var open = listed.Where(time => !_looked.Contains(time) && IsUnsure(time)).ToList();
        for (int at = 0, end; at < open.Count; at = end)
        {
            var gap = GapOf(open[at]);
            for (end = at + 1; end < open.Count && GapOf(open[end]) == gap;)
                end++;
            if (_offsets.Count > 0)
                wanted.Add(open[gap == 0 ? at : gap == _offsets.Count ? end - 1 : (at + end) / 2]);
            else
                wanted.AddRange(end - at == 1 ? [open[at]] : [open[at], open[end - 1]]);
        }

        return [.. wanted.Take(MaxLooks - _looked.Count)];
    }

    private bool IsUnsure(DateTime time)
    {
        var gap = GapOf(time);
        if (_offsets.Count == 0)
            return true;
        if (gap == 0)
            return _offsets.GetKeyAtIndex(0) - time > Near;
        if (gap == _offsets.Count)
            return time - _offsets.GetKeyAtIndex(gap - 1) > Near;
        return _offsets.GetValueAtIndex(gap - 1) != _offsets.GetValueAtIndex(gap)
            || _offsets.GetKeyAtIndex(gap) - _offsets.GetKeyAtIndex(gap - 1) > Season;
    }

    /// <summary>How many measured times lie before this one.</summary>
    private int GapOf(DateTime time)
    {
        var gap = 0;
        while (gap < _offsets.Count && _offsets.GetKeyAtIndex(gap) < time)
            gap++;
        return gap;
    }

    private void Take(List<DateTime> listed, DateTime?[] real)
    {
        lock (_gate)
        {
            for (var i = 0; i < listed.Count; i++)
            {
                _looked.Add(listed[i]);
                if (real[i] is { } utc && Measure(listed[i], utc) is { } offset)
                    _offsets[listed[i]] = offset;
            }
        }
    }

    /// <summary>The offset between a listed time, which is cut to the minute, and the real one; null where no zone has such an offset.</summary>
    private static TimeSpan? Measure(DateTime listed, DateTime utc)
    {
        var difference = listed - utc;
        var offset = Quarter * Math.Round(difference / Quarter);
        var rest = difference - offset;
        return offset.Duration() <= Widest && rest > TimeSpan.FromSeconds(-90) && rest < TimeSpan.FromSeconds(30) ? offset : null;
    }

    private TimeSpan OffsetAt(DateTime time)
    {
        lock (_gate)
        {
            if (_offsets.Count == 0)
                return TimeSpan.Zero;
            var after = Math.Min(GapOf(time), _offsets.Count - 1);
            var before = Math.Max(after - 1, 0);
            var isNearer = (_offsets.GetKeyAtIndex(after) - time).Duration() < (time - _offsets.GetKeyAtIndex(before)).Duration();
            return _offsets.GetValueAtIndex(isNearer ? after : before);
        }
    }

    // A time skipped by the change to summer time: the server's clock was an hour behind its zone. One that came twice is taken for the
    // second, always.
    private static DateTime Convert(TimeZoneInfo zone, DateTime wall) =>
        TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(wall) ? wall.AddHours(1) : wall, zone);
}
