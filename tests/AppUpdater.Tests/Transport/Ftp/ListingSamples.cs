using System.Globalization;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Parses lines at 12:00 UTC on 21 November 2026, and says what an entry is expected to be.</summary>
internal static class ListingSamples
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    internal static List<FtpEntry> Parse(string text, bool isMlsd, out string? problem) => Parse(Encoding.UTF8.GetBytes(text), isMlsd, out problem);

    internal static List<FtpEntry> Parse(byte[] listing, bool isMlsd, out string? problem)
    {
        var entries = FtpListing.Parse(listing, isMlsd, Now, out problem);
        new FtpNames(NameEncoding.Auto, "h:21").Read("/", entries);
        return entries;
    }

    internal static FtpEntry ParseOne(string line, bool isMlsd)
    {
        var entries = Parse(line + "\r\n", isMlsd, out var problem);
        Assert.Null(problem);
        return Assert.Single(entries);
    }

    /// <param name="entry">What was made of a line.</param>
    /// <param name="kind">A <c>RemoteEntryKind</c>.</param>
    /// <param name="name">As shown.</param>
    /// <param name="size">In bytes, or null.</param>
    /// <param name="time">With its precision: <c>2026-11-21 04:00:10 s</c>, <c>2026-11-21 04:00 m</c>, <c>2024-01-05 00:00 d</c>, or null.</param>
    internal static void Check(FtpEntry entry, string kind, string name, object? size, string? time)
    {
        long? bytes = size is null ? null : Convert.ToInt64(size, CultureInfo.InvariantCulture);
        Assert.Equal((kind, name, bytes), (entry.Kind.ToString(), entry.Name, entry.Size));
        Assert.Equal(time, entry.Time is { } found ? Shown(found) : null);
    }

    private static string Shown(FtpWallTime time) =>
        time.Precision == FtpTimes.Second ? time.Value.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " s"
        : time.Value.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + (time.Precision == FtpTimes.Day ? " d" : " m");
}
