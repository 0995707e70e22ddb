using AppUpdater.Settings;

namespace AppUpdater.Cli.Mirroring;

/// <summary>When a mirror runs, as its options say it. Pure.</summary>
internal sealed class MirrorScheduleReader(MirrorValues values, MirrorOptionsReader reader)
{
    private static readonly TimeSpan UsualPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly Texts _texts = new("Mirror");

    /// <exception cref="SettingsException">An option is wrong, or two don't go together.</exception>
    internal MirrorSchedule Read(MirrorDirection direction)
    {
        var isWatch = direction == MirrorDirection.Push && values.Flag(MirrorOptionTable.Watch);
        var every = reader.Span(MirrorOptionTable.Every, LeastPause);
        var cron = values.Text(MirrorOptionTable.Cron);
        if (cron is not null && (isWatch || every is not null))
            throw new SettingsException(_texts.Said("Bad.Both", values.Where(MirrorOptionTable.Cron), values.Where(isWatch ? MirrorOptionTable.Watch : MirrorOptionTable.Every)));
        var verify = direction == MirrorDirection.Push ? reader.Span(MirrorOptionTable.VerifyEvery, LeastPause) : null;
        if (verify is not null && !isWatch)
            throw Needs(MirrorOptionTable.VerifyEvery, MirrorOptionTable.Watch);
        var schedule = new MirrorSchedule { Every = every ?? (isWatch ? UsualPause : null), Cron = cron, Zone = Zone(cron), IsWatch = isWatch };
        return verify is { } span ? schedule with { VerifyEvery = span } : schedule;
    }

    private TimeZoneInfo Zone(string? cron)
    {
        if (values.Text(MirrorOptionTable.TimeZone) is not { } text)
            return TimeZoneInfo.Local;
        if (cron is null)
            throw Needs(MirrorOptionTable.TimeZone, MirrorOptionTable.Cron);
        return TimeZones.Find(text) ?? throw values.Bad(MirrorOptionTable.TimeZone, text, _texts.Said("Bad.TimeZone"));
    }

    private SettingsException Needs(string option, string other) => new(_texts.Said("Bad.Needs", values.Where(option), values.Where(other)));
}
