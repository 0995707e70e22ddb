using System.Globalization;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Settings;

namespace AppUpdater.Tests.Cli.Mirroring;

public class MirrorAmountsTests
{
    private static readonly TimeZoneInfo Zone = TimeZones.Find("+02:00")!;

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 0.5)]
    [InlineData("90s", 90)]
    [InlineData("2m", 120)]
    [InlineData("2M", 120)]
    [InlineData("1.5h", 5400)]
    [InlineData("7d", 604_800)]
    [InlineData("7 D", 604_800)]
    [InlineData("2w", 1_209_600)]
    [InlineData("36500d", 3_153_600_000)]
    public void An_age_has_a_unit(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), MirrorAmounts.Age(text));

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("60")]
    [InlineData("-1d")]
    [InlineData("1y")]
    [InlineData("7 days")]
    [InlineData("1,5h")]
    [InlineData("36501d")]
    [InlineData("5215w")]
    [InlineData("99999999999999999999d")]
    public void What_is_no_age_is_none(string text) => Assert.Null(MirrorAmounts.Age(text));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5000", 5000)]
    [InlineData("5kB", 5000)]
    [InlineData("5MB", 5_000_000)]
    [InlineData("1.5 GB", 1_500_000_000)]
    [InlineData("1KiB", 1024)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_size_is_bytes_or_has_a_unit(string text, long bytes) => Assert.Equal(bytes, MirrorAmounts.Size(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("5 MByte")]
    [InlineData("5mbit")]
    [InlineData("MB")]
    [InlineData("9223372036854775808")]
    [InlineData("999999999999GB")]
    public void What_is_no_size_is_none(string text) => Assert.Null(MirrorAmounts.Size(text));

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T00:00:00+02:00")]
    [InlineData("2026-01-31T08:15", "2026-01-31T08:15:00+02:00")]
    [InlineData("2026-01-31 08:15:30", "2026-01-31T08:15:30+02:00")]
    [InlineData("2026-01-31T08:15Z", "2026-01-31T08:15:00+00:00")]
    [InlineData("2026-01-31T08:15:30-05:00", "2026-01-31T08:15:30-05:00")]
    public void A_date_is_the_zones_or_names_its_own(string text, string expected)
    {
        var moment = MirrorAmounts.Moment(text, Zone);
        Assert.Equal(new MirrorMoment(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), null), moment);
    }

    [Fact]
    public void An_age_moves_with_the_clock()
    {
        var now = new DateTimeOffset(2026, 2, 8, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(now.AddDays(-7), MirrorAmounts.Moment("7d", Zone)!.At(now));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("yesterday")]
    [InlineData("31.01.2026")]
    [InlineData("01/31/2026")]
    [InlineData("2026-02-30")]
    [InlineData("2026-01-31T25:00")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public void What_is_no_time_is_none(string text) => Assert.Null(MirrorAmounts.Moment(text, Zone));
}
