using Quartz;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// The times of a cron expression in a time zone. Five fields are cron's own, with Sunday as 0 or 7; six or seven are Quartz's, with seconds
/// first and Sunday as 1. A time of day that the clocks leave out comes as soon as they go on, and one that they show twice comes once.
/// </summary>
internal sealed class CronTimes
{
    private const int UnixFields = 5;

    private readonly CronExpression _expression;

    private CronTimes(CronExpression expression) => _expression = expression;

    /// <param name="text">The expression.</param>
    /// <param name="zone">Whose clocks count.</param>
    /// <param name="now">An expression that never comes after it is refused.</param>
    /// <exception cref="SettingsException">It can't be understood, or never comes.</exception>
    internal static CronTimes Parse(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        var texts = new Texts("MirrorSchedule");
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        try
        {
            // One field: @daily and the like, which all dialects read alike.
            var format = fields is 1 or UnixFields ? CronFormat.Unix : CronFormat.Quartz;
            var times = new CronTimes(CronExpression.Parse(text, format).WithTimeZone(zone));
            return times.After(now) is null ? throw new SettingsException(texts.Said("Cron.Never", PathRules.Show(text))) : times;
        }
        catch (FormatException wrong)
        {
            throw new SettingsException(texts.Said("Cron.Bad", PathRules.Show(text), wrong.Message), wrong);
        }
    }

    /// <summary>The first time later than this one; null: there is none any more.</summary>
    internal DateTimeOffset? After(DateTimeOffset time) => _expression.GetNextValidTimeAfter(time);
}
