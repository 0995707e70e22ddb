using System.Text;
using AppUpdater.Settings;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>What is found out about a server: its encoding, its zone, whether it is only full.</summary>
public sealed class FtpLearningTests
{
    private static readonly byte[] Latin = [.. "x "u8, 0xF1, 0x80];

    [Fact]
    public void The_first_listing_that_is_not_UTF8_switches_to_Windows_1252()
    {
        var names = new FtpNames(NameEncoding.Auto, "h:21");
        Assert.Equal("n", names.Decode("n"u8));
        Assert.True(names.IsUtf8);
        Assert.Equal("x ñ€", names.Decode(Latin));
        Assert.False(names.IsUtf8);
        Assert.Equal([.. "RETR "u8, .. Latin, .. "\r\n"u8], names.Encode(new FtpCommand("RETR", "x ñ€")));
        var failure = Assert.Throws<SettingsException>(() => names.Encode(new FtpCommand("RETR", "日")));
        Assert.Contains("[server] encoding", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_two_encodings_are_refused_in_whatever_order_they_come()
    {
        var first = new FtpNames(NameEncoding.Auto, "h:21");
        first.Decode("ñ"u8);
        Assert.Contains("[server] encoding", Assert.Throws<UntrustedException>(() => first.Decode(Latin)).Message, StringComparison.Ordinal);
        Assert.True(first.IsUtf8);

        var second = new FtpNames(NameEncoding.Auto, "h:21");
        second.Decode(Latin);
        Assert.Throws<UntrustedException>(() => second.Decode("ñ"u8));
    }

    [Fact]
    public void An_encoding_that_is_set_stays()
    {
        Assert.Throws<UntrustedException>(() => new FtpNames(NameEncoding.Utf8, "h:21").Decode(Latin));
        var names = new FtpNames(NameEncoding.Windows1252, "h:21");
        Assert.Equal("Ã±", names.Decode(Encoding.UTF8.GetBytes("ñ")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5.75)]
    [InlineData(-11)]
    [InlineData(14)]
    public void The_zone_is_measured_to_the_quarter_hour(double hours)
    {
        var zone = new FtpListZone(null);
        var utc = new DateTimeOffset(2026, 11, 21, 4, 0, 59, TimeSpan.Zero);
        zone.Measured(utc.UtcDateTime.AddHours(hours).AddSeconds(-59), utc);
        var seen = zone.ToUtc(new FtpWallTime(utc.UtcDateTime.AddHours(hours).AddSeconds(-59), FtpTimes.Minute, IsUtc: false));
        Assert.Equal(utc.AddSeconds(-59), seen.Utc);
    }

    [Theory]
    [InlineData(3 * 3600 + 400)]
    [InlineData(20 * 3600)]
    public void A_difference_that_no_zone_has_is_left_aside(int seconds)
    {
        var zone = new FtpListZone(null);
        var utc = new DateTimeOffset(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);
        zone.Measured(utc.UtcDateTime.AddSeconds(seconds), utc);
        Assert.Equal(utc, zone.ToUtc(new FtpWallTime(utc.UtcDateTime, FtpTimes.Minute, IsUtc: false)).Utc);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_zone_is_measured_once_and_again_only_where_that_failed()
    {
        var zone = new FtpListZone(null);
        await Assert.ThrowsAsync<UnreachableException>(() => zone.MeasureOnceAsync(() => Task.FromException(new UnreachableException("gone"))));
        var answer = new TaskCompletionSource();
        var first = zone.MeasureOnceAsync(() => answer.Task);
        var second = zone.MeasureOnceAsync(() => throw new InvalidOperationException("measured twice"));
        Assert.False(second.IsCompleted);
        answer.SetResult();
        await Task.WhenAll(first, second);
    }

    [Fact]
    public void A_zone_that_is_set_is_not_measured_and_knows_summer_time()
    {
        var zone = new FtpListZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid"));
        Assert.True(zone.MeasureOnceAsync(() => throw new InvalidOperationException("measured")).IsCompletedSuccessfully);
        Assert.Equal(10, Hour(new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Unspecified)));
        Assert.Equal(11, Hour(new DateTime(2026, 12, 1, 12, 0, 0, DateTimeKind.Unspecified)));

        // 02:30 does not exist on that day.
        Assert.Equal(1, Hour(new DateTime(2026, 3, 29, 2, 30, 0, DateTimeKind.Unspecified)));

        int Hour(DateTime wall) => zone.ToUtc(new FtpWallTime(wall, FtpTimes.Minute, IsUtc: false)).Utc.Hour;
    }

    [Theory]
    [InlineData(true, "There are too many connected users, please try later.")]
    [InlineData(true, "I can't accept more than 3 connections as the same user")]
    [InlineData(true, "Sorry, the maximum number of clients (3) from your host are already connected.")]
    [InlineData(true, "Too many connections (10) from this IP")]
    [InlineData(false, "Login incorrect.")]
    [InlineData(false, "Too many failed login attempts")]
    [InlineData(false, "Maximum login attempts exceeded")]
    public void A_full_server_is_told_from_a_refused_login(bool full, string text) =>
        Assert.Equal(full, FtpServer.SaysTooMany(new FtpReply(530, [text])));
}
