namespace AppUpdater.Transport.Ftp;

/// <summary>
/// The zone of LIST's times, which a listing does not tell: dato.ini's, or one measured by comparing MDTM (UTC) with LIST for one
/// file, as WinSCP does, or UTC. Safe for concurrent use.
/// </summary>
internal sealed class FtpListZone(TimeZoneInfo? setting)
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Widest = TimeSpan.FromHours(15);

    private readonly Lock _gate = new();
    private Task? _measurement = setting is null ? null : Task.CompletedTask;
    private long _offsetTicks;

    /// <summary>
    /// The first caller measures, all others wait for him: folders listed at the same time must not tell times of two zones. Where he
    /// failed, the next one measures.
    /// </summary>
    internal Task MeasureOnceAsync(Func<Task> measure)
    {
        lock (_gate)
            return _measurement is null or { IsFaulted: true } or { IsCanceled: true } ? _measurement = measure() : _measurement;
    }

    /// <summary>Takes one file's time in a listing, cut to the minute, and its real one. Nonsense is left aside.</summary>
    internal void Measured(DateTime listed, DateTimeOffset utc)
    {
        var difference = listed - utc.UtcDateTime;
        var offset = Quarter * Math.Round(difference / Quarter);
        var rest = difference - offset;
        if (offset.Duration() <= Widest && rest > TimeSpan.FromSeconds(-90) && rest < TimeSpan.FromSeconds(30))
            Interlocked.Exchange(ref _offsetTicks, offset.Ticks);
    }

    internal RemoteTime ToUtc(FtpWallTime time)
    {
        if (time.IsUtc)
            return new RemoteTime(new DateTimeOffset(time.Value, TimeSpan.Zero), time.Precision);
        var utc = setting is null ? time.Value - TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks)) : Convert(setting, time.Value);
        return new RemoteTime(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)), time.Precision);
    }

    // A time skipped by the change to summer time: the server's clock was an hour behind its zone.
    private static DateTime Convert(TimeZoneInfo zone, DateTime wall) =>
        TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(wall) ? wall.AddHours(1) : wall, zone);
}
