namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>When the next cycle is due, counted from the end of the last one. Pure.</summary>
internal abstract record Timetable
{
    /// <summary>How far in the future the last end may lie and still be believed: more, and the clock was put back since.</summary>
    private protected abstract TimeSpan Slack { get; }

    /// <exception cref="SettingsException">The cron expression can't be understood, or never comes.</exception>
    internal static Timetable Of(MirrorSchedule schedule, DateTimeOffset now) => schedule.Cron is { } cron
        ? new CronTimetable(CronTimes.Parse(cron, schedule.Zone, now))
        : new PauseTimetable(schedule.Every ?? throw new ArgumentException("A mirror that runs once has no timetable.", nameof(schedule)));

    /// <summary>What the first cycle of a process is counted from; null: it is due at once.</summary>
    internal abstract DateTimeOffset? First(DateTimeOffset? lastComplete, DateTimeOffset now);

    /// <param name="end">Of the last cycle, or when the wait began.</param>
    internal abstract DateTimeOffset After(DateTimeOffset end);

    /// <summary>What to count from: where the clock was put back, now. Otherwise a mirror would stand still until that future has come.</summary>
    internal DateTimeOffset From(DateTimeOffset end, DateTimeOffset now) => end - now > Slack ? now : end;
}

/// <summary>A pause from the end of one cycle to the start of the next.</summary>
internal sealed record PauseTimetable(TimeSpan Pause) : Timetable
{
    private protected override TimeSpan Slack => TimeSpan.Zero;

    internal override DateTimeOffset? First(DateTimeOffset? lastComplete, DateTimeOffset now) => lastComplete;

    internal override DateTimeOffset After(DateTimeOffset end) => DateTimeOffset.MaxValue - end < Pause ? DateTimeOffset.MaxValue : end + Pause;
}

/// <summary>The times of a cron expression. Those that pass while a cycle runs, or while no mirror runs, are not made up for.</summary>
internal sealed record CronTimetable(CronTimes Times) : Timetable
{
    // A clock that is put right by an hour must not bring the same night's cycle twice.
    private protected override TimeSpan Slack => TimeSpan.FromHours(2);

    internal override DateTimeOffset? First(DateTimeOffset? lastComplete, DateTimeOffset now) => now;

    internal override DateTimeOffset After(DateTimeOffset end) => Times.After(end) ?? DateTimeOffset.MaxValue;
}
