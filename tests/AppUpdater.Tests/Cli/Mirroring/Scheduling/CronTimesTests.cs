using System.Globalization;
using AppUpdater.Cli.Mirroring.Scheduling;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>Cron expressions: both dialects, days of the week, and the two nights a year on which clocks change.</summary>
public sealed class CronTimesTests
{
    private static readonly DateTimeOffset Sunday = new(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(-5));

    // The first of March 2026 is a Sunday.
    [Theory]
    [InlineData("0 2 * * 1-5", "Mon 03-02 02:00, Tue 03-03 02:00, Wed 03-04 02:00")]
    [InlineData("0 2 * * MON-FRI", "Mon 03-02 02:00, Tue 03-03 02:00, Wed 03-04 02:00")]
    [InlineData("*/15 * * * *", "Sun 03-01 00:15, Sun 03-01 00:30, Sun 03-01 00:45")]
    [InlineData("0 0 1 * *", "Wed 04-01 00:00, Fri 05-01 00:00, Mon 06-01 00:00")]
    [InlineData("30 4 * * 0", "Sun 03-01 04:30, Sun 03-08 04:30, Sun 03-15 04:30")]
    [InlineData("30 4 * * 7", "Sun 03-01 04:30, Sun 03-08 04:30, Sun 03-15 04:30")]
    [InlineData("30 4 * * sun", "Sun 03-01 04:30, Sun 03-08 04:30, Sun 03-15 04:30")]
    [InlineData("0 2 * * 5-7", "Sun 03-01 02:00, Fri 03-06 02:00, Sat 03-07 02:00")]
    [InlineData("0 2 * * 0-6", "Sun 03-01 02:00, Mon 03-02 02:00, Tue 03-03 02:00")]
    [InlineData("0 2 * * 1,3", "Mon 03-02 02:00, Wed 03-04 02:00, Mon 03-09 02:00")]
    [InlineData("0 2 13 * 5", "Fri 03-06 02:00, Fri 03-13 02:00, Fri 03-20 02:00")]
    [InlineData("0 2 10 * *", "Tue 03-10 02:00, Fri 04-10 02:00, Sun 05-10 02:00")]
    [InlineData("@daily", "Mon 03-02 00:00, Tue 03-03 00:00, Wed 03-04 00:00")]
    [InlineData("0 0 2 ? * MON-FRI", "Mon 03-02 02:00, Tue 03-03 02:00, Wed 03-04 02:00")]
    [InlineData("0 0 2 * * *", "Sun 03-01 02:00, Mon 03-02 02:00, Tue 03-03 02:00")]
    [InlineData("0 0 2 ? * 1", "Sun 03-01 02:00, Sun 03-08 02:00, Sun 03-15 02:00")]
    public void Both_dialects_mean_the_days_that_they_mean_elsewhere(string cron, string expected) =>
        Assert.Equal(expected, Times(cron, "America/Lima", Sunday, "ddd MM-dd HH:mm", 3));

    // New York: on 8 March 02:00 becomes 03:00, on 1 November 02:00 becomes 01:00.
    [Theory]
    [InlineData("30 2 * * *", "2026-03-07T23:00:00-05:00", "08 03:00 -04, 09 02:30 -04, 10 02:30 -04")]
    [InlineData("0 3 * * *", "2026-03-07T23:00:00-05:00", "08 03:00 -04, 09 03:00 -04, 10 03:00 -04")]
    [InlineData("30 1 * * *", "2026-11-01T00:00:00-04:00", "01 01:30 -04, 02 01:30 -05, 03 01:30 -05")]
    [InlineData("0 2 * * *", "2026-11-01T00:00:00-04:00", "01 02:00 -05, 02 02:00 -05, 03 02:00 -05")]
    [InlineData("*/30 * * * *", "2026-11-01T01:00:00-04:00", "01 01:30 -04, 01 01:00 -05, 01 01:30 -05")]
    [InlineData("*/30 * * * *", "2026-03-08T01:00:00-05:00", "08 01:30 -05, 08 03:00 -04, 08 03:30 -04")]
    public void A_night_on_which_clocks_change_has_its_cycle_once(string cron, string after, string expected) =>
        Assert.Equal(expected, Times(cron, "America/New_York", DateTimeOffset.Parse(after, CultureInfo.InvariantCulture), "dd HH:mm zz", 3));

    [Fact]
    public void Zones_go_by_the_names_of_Windows_as_well() =>
        Assert.Equal("02 02:00 -05", Times("0 2 * * 1", "SA Pacific Standard Time", Sunday, "dd HH:mm zz", 1));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("0 2 * *")]
    [InlineData("60 2 * * *")]
    [InlineData("0 25 * * *")]
    [InlineData("0 2 * * 8")]
    [InlineData("0 2 * * * * * *")]
    [InlineData("a b c d e")]
    public void What_is_no_cron_expression_is_refused_with_an_example(string cron)
    {
        var refused = Assert.Throws<SettingsException>(() => CronTimes.Parse(cron, TimeZoneInfo.Utc, Sunday));
        Assert.Contains("\"0 2 * * MON-FRI\"", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 2 30 2 *")]
    [InlineData("0 0 2 * * ? 2020")]
    public void What_never_comes_is_refused(string cron) =>
        Assert.Contains("never", Assert.Throws<SettingsException>(() => CronTimes.Parse(cron, TimeZoneInfo.Utc, Sunday)).Message, StringComparison.Ordinal);

    private static string Times(string cron, string zoneName, DateTimeOffset after, string form, int count)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var times = CronTimes.Parse(cron, zone, after);
        var found = new List<string>();
        for (var time = after; found.Count < count; found.Add(TimeZoneInfo.ConvertTime(time, zone).ToString(form, CultureInfo.InvariantCulture)))
            time = times.After(time)!.Value;
        return string.Join(", ", found);
    }
}
