using AppUpdater.Testing;
using AppUpdater.Tests.Core.Simulation;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>The zone of LIST's times, measured or set.</summary>
public sealed class FtpListZoneTests : IDisposable
{
    private const int Limit = 60_000;

    private static readonly TimeZoneInfo Madrid = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid");

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static DateTime Wall(int month, int day, int hour = 12, int minute = 0, int year = 2026) => new(year, month, day, hour, minute, 0, DateTimeKind.Unspecified);

    private static DateTime Utc(DateTime wall, TimeZoneInfo zone) => TimeZoneInfo.ConvertTimeToUtc(wall, zone);

    private static DateTime Seen(FtpListZone zone, DateTime wall) => zone.ToUtc(new FtpWallTime(wall, FtpTimes.Minute, IsUtc: false)).Utc.UtcDateTime;

    private static Func<List<DateTime>, Task<DateTime?[]>> Server(TimeZoneInfo zone, List<DateTime> asked) => times =>
    {
        asked.AddRange(times);
        return Task.FromResult(times.ConvertAll(time => (DateTime?)Utc(time, zone)).ToArray());
    };

    [Theory]
    [InlineData(0)]
    [InlineData(5.75)]
    [InlineData(-11)]
    [InlineData(14)]
    public async Task The_zone_is_measured_to_the_quarter_hour_whatever_seconds_LIST_leaves_out(double hours)
    {
        var zone = new FtpListZone(null);
        var listed = Wall(11, 21).AddHours(hours);
        await zone.LearnAsync([listed], _ => Task.FromResult<DateTime?[]>([Wall(11, 21).AddSeconds(59)]), default);
        Assert.Equal(Wall(11, 21), Seen(zone, listed));
    }

    [Theory]
    [InlineData((3 * 3600) + 400)]
    [InlineData(20 * 3600)]
    public async Task A_difference_that_no_zone_has_is_left_aside(int seconds)
    {
        var zone = new FtpListZone(null);
        await zone.LearnAsync([Wall(11, 21)], _ => Task.FromResult<DateTime?[]>([Wall(11, 21).AddSeconds(seconds)]), default);
        Assert.Equal(Wall(11, 21), Seen(zone, Wall(11, 21)));
    }

    [Fact]
    public async Task Files_on_both_sides_of_the_change_to_winter_time_are_told_exactly()
    {
        var zone = new FtpListZone(null);
        var asked = new List<DateTime>();

        // The clock goes back at 03:00 on 25 October 2026.
        DateTime[] listed = [.. Enumerable.Range(0, 170).Select(day => Wall(6, 1, 23, 30).AddDays(day))];
        await zone.LearnAsync(listed, Server(Madrid, asked), default);
        Assert.All(listed, wall => Assert.Equal(Utc(wall, Madrid), Seen(zone, wall)));
        Assert.InRange(asked.Count, 2, 14);

        // Another folder's files fall between, or beyond by little: nothing more is asked.
        var before = asked.Count;
        await zone.LearnAsync([Wall(7, 7), Wall(11, 18, 9)], Server(Madrid, asked), default);
        Assert.Equal(before, asked.Count);
        Assert.Equal(Wall(7, 7, 10), Seen(zone, Wall(7, 7)));
    }

    [Fact]
    public async Task The_hour_that_comes_twice_and_the_one_that_never_does_are_measured_like_any_other()
    {
        var zone = new FtpListZone(null);

        // 02:30 comes twice: this file's is the first, in summer time.
        DateTime[] listed = [Wall(10, 24), Wall(10, 25, 2, 30), Wall(10, 25, 3, 30), Wall(10, 26)];
        await zone.LearnAsync(listed, times => Task.FromResult(times.ConvertAll(time => (DateTime?)(time == listed[1] ? Wall(10, 25, 0, 30) : Utc(time, Madrid))).ToArray()), default);
        Assert.Equal([Wall(10, 24, 10), Wall(10, 25, 0, 30), Wall(10, 25, 2, 30), Wall(10, 26, 11)], listed.Select(wall => Seen(zone, wall)));

        // 02:30 on 29 March never came: a listing of its hour before the change and after it.
        zone = new FtpListZone(null);
        listed = [Wall(3, 28), Wall(3, 29, 1, 59), Wall(3, 29, 3), Wall(3, 30)];
        await zone.LearnAsync(listed, Server(Madrid, []), default);
        Assert.Equal([Wall(3, 28, 11), Wall(3, 29, 0, 59), Wall(3, 29, 1), Wall(3, 30, 10)], listed.Select(wall => Seen(zone, wall)));
    }

    [Fact]
    public async Task Files_so_far_apart_that_summer_may_lie_between_are_measured_there_too()
    {
        // As IIS lists: a time of day whatever the year.
        var zone = new FtpListZone(null);
        DateTime[] listed = [.. Enumerable.Range(0, 36).Select(month => Wall(1, 15, year: 2024).AddMonths(month))];
        await zone.LearnAsync(listed, Server(Madrid, []), default);
        Assert.All(listed, wall => Assert.Equal(Utc(wall, Madrid), Seen(zone, wall)));
    }

    [Fact]
    public async Task What_is_asked_is_bounded_and_what_is_known_does_not_change()
    {
        var zone = new FtpListZone(null);
        var asked = new List<DateTime>();
        DateTime[] listed = [.. Enumerable.Range(0, 3000).Select(day => Wall(1, 1, year: 2015).AddDays(day * 1.4))];
        await zone.LearnAsync(listed, Server(Madrid, asked), default);
        Assert.InRange(asked.Count, 10, FtpListZone.MaxLooks);
        var first = listed.Select(wall => Seen(zone, wall)).ToList();
        await zone.LearnAsync(listed, Server(Madrid, asked), default);
        Assert.Equal(first, listed.Select(wall => Seen(zone, wall)));

        // A server that tells no times is asked no more than that either.
        var mute = new FtpListZone(null);
        asked.Clear();
        await mute.LearnAsync(listed, times =>
        {
            asked.AddRange(times);
            return Task.FromResult(new DateTime?[times.Count]);
        }, default);
        Assert.Equal(FtpListZone.MaxLooks, asked.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Listings_at_one_time_take_turns_and_a_failure_lets_the_next_one_measure()
    {
        var zone = new FtpListZone(null);
        DateTime[] listed = [Wall(11, 1)];
        await Assert.ThrowsAsync<UnreachableException>(
            () => zone.LearnAsync(listed, _ => Task.FromException<DateTime?[]>(new UnreachableException("gone")), default));
        var answer = new TaskCompletionSource<DateTime?[]>();
        var first = zone.LearnAsync(listed, _ => answer.Task, default);
        var second = zone.LearnAsync(listed, _ => throw new InvalidOperationException("measured twice"), default);
        Assert.False(second.IsCompleted);
        answer.SetResult([Wall(11, 1, 10)]);
        await Task.WhenAll(first, second);
        Assert.Equal(Wall(11, 1, 10), Seen(zone, listed[0]));
    }

    [Fact]
    public void A_zone_that_is_set_is_not_measured_and_knows_summer_time()
    {
        var zone = new FtpListZone(Madrid);
        Assert.True(zone.LearnAsync([Wall(7, 1)], _ => throw new InvalidOperationException("measured"), default).IsCompletedSuccessfully);
        Assert.Equal(Wall(7, 1, 10), Seen(zone, Wall(7, 1)));
        Assert.Equal(Wall(12, 1, 11), Seen(zone, Wall(12, 1)));

        // 02:30 does not exist on the first day and comes twice on the second.
        Assert.Equal(Wall(3, 29, 1, 30), Seen(zone, Wall(3, 29, 2, 30)));
        Assert.Equal(Wall(10, 25, 1, 30), Seen(zone, Wall(10, 25, 2, 30)));
        Assert.Equal(FtpTimes.Day, zone.ToUtc(new FtpWallTime(Wall(1, 1, 0), FtpTimes.Day, IsUtc: false)).Precision);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_passes_the_six_month_line_keeps_its_time_within_what_it_tells()
    {
        // Half an hour before midnight in winter time; half a year on, the zone that is measured is summer's.
        var real = new DateTime(2026, 1, 10, 22, 30, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_temp.Write("old", "1"), real);
        File.SetLastWriteTimeUtc(_temp.Write("new", "2"), real);
        var fresh = await ListAsync("old", new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        File.SetLastWriteTimeUtc(_temp["new"], new DateTime(2026, 8, 1, 10, 0, 0, DateTimeKind.Utc));
        var aged = await ListAsync("old", new DateTimeOffset(2026, 8, 2, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal((new DateTimeOffset(real), FtpTimes.Minute), (fresh.Utc, fresh.Precision));
        Assert.True(aged.Precision > FtpTimes.Day);
        Assert.True((aged.Utc - fresh.Utc).Duration() < aged.Precision, $"{aged.Utc} is told of {fresh.Utc}");
    }

    [Theory(Timeout = Limit)]
    [InlineData(FtpListStyle.Unix)]
    [InlineData(FtpListStyle.Dos)]
    public async Task A_server_in_Madrid_is_read_right_on_both_sides_of_the_change(FtpListStyle style)
    {
        var times = Enumerable.Range(0, 40).ToDictionary(i => $"f{i}", i => new DateTime(2026, 10, 25, 1, 30, 0, DateTimeKind.Utc).AddHours((i - 20) * 7));
        foreach (var (name, time) in times)
            File.SetLastWriteTimeUtc(_temp.Write(name, name), time);
        await using var server = LoopbackFtpServer.Start(_temp.Root, Options(style, new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero)));
        await using var source = Open(server, new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
        foreach (var entry in await source.ListAllAsync())
            Assert.Equal(new DateTimeOffset(times[entry.Path.Value]), entry.Modified!.Value.Utc);
        Assert.InRange(server.Commands.Count(line => line.StartsWith("MDTM", StringComparison.Ordinal)), 2, 12);
    }

    // vsftpd, use_localtime=YES: MDTM tells what LIST tells. All is off by one same step, and is again when it is listed the next time.
    [Fact(Timeout = Limit)]
    public async Task A_server_that_tells_local_time_for_MDTM_too_is_read_alike_every_time()
    {
        var now = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        foreach (var day in new[] { 1, 20 })
            File.SetLastWriteTimeUtc(_temp.Write($"f{day}", "x"), new DateTime(2026, 10, day, 10, 0, 0, DateTimeKind.Utc).AddDays(10));
        await using var server = LoopbackFtpServer.Start(_temp.Root, Options(FtpListStyle.Unix, now));
        server.Faults.OnCommand = line => line switch
        {
            "MDTM /f1" => FaultAction.Answer("213 20261011120000"),
            "MDTM /f20" => FaultAction.Answer("213 20261030110000"),
            _ => null,
        };
        await using var source = Open(server, now);
        Assert.Equal([12, 11], (await source.ListAllAsync()).Select(entry => entry.Modified!.Value.Utc.Hour));
    }

    // The clock of the test's options decides, not the machine's.
    [Theory]
    [InlineData("Dec 31 23:59", "2027-01-01T00:30", "2026-12-31T23:59")]
    [InlineData("Jan  1 00:10", "2027-01-01T00:30", "2027-01-01T00:10")]
    [InlineData("Jan  1 02:00", "2026-12-31T12:30", "2027-01-01T02:00")] // a server fourteen hours ahead
    [InlineData("Jan  3 02:00", "2026-12-31T12:30", "2026-01-03T02:00")]
    [InlineData("Feb 29 10:08", "2028-03-01T00:00", "2028-02-29T10:08")]
    [InlineData("Feb 29 10:08", "2028-02-27T12:00", "2028-02-29T10:08")]
    [InlineData("Feb 29 10:08", "2027-03-01T00:00", "2024-02-29T10:08")]
    public void The_year_that_is_left_out_is_the_last_that_fits(string date, string now, string expected)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var moment = new DateTimeOffset(DateTime.Parse(now, culture), TimeSpan.Zero);
        Assert.True(UnixLine.TryParse($"-rw-r--r-- 1 u g 1 {date} x", moment, out var entry));
        Assert.Equal(DateTime.Parse(expected, culture), entry.Time!.Value.Value);
    }

    private static FtpServerOptions Options(FtpListStyle style, DateTimeOffset now) =>
        new() { ListOnly = true, ListStyle = style, TimeZone = Madrid, Clock = new FixedClock(now) };

    private static FtpSource Open(LoopbackFtpServer server, DateTimeOffset now) => new(
        RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create() with { Clock = new FixedClock(now) });

    private async Task<RemoteTime> ListAsync(string name, DateTimeOffset now)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root, Options(FtpListStyle.Unix, now));
        await using var source = Open(server, now);
        return (await source.ListAllAsync()).Single(entry => entry.Path.Value == name).Modified!.Value;
    }
}
