using System.Globalization;

namespace AppUpdater.Transport.Ftp;

/// <summary>Times as FTP writes them. Nothing here throws.</summary>
internal static class FtpTimes
{
    internal static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    internal static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// YYYYMMDDHHMMSS with an optional fraction, UTC (RFC 3659 2.3), cut to the second. Null for anything else and for
    /// 00010101000000, which some servers send for "unknown" (WinSCP meets it).
    /// </summary>
    internal static FtpWallTime? ParseModify(ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        if (whole.Length != 14
            || !DateTime.TryParseExact(whole, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value)
            || value.Year == 1)
            return null;
        return new FtpWallTime(value, Second, IsUtc: true);
    }

    /// <summary>HH:MM, or HH:MM:SS with its seconds dropped; 24 hours, and 24:00 for the end of a day (FileZilla's tests have one).</summary>
    internal static bool TryClock(ReadOnlySpan<char> text, out TimeSpan clock)
    {
        clock = default;
        var colon = text.IndexOf(':');
        if (colon is < 1 or > 2 || text.Length < colon + 3)
            return false;
        var rest = text[(colon + 3)..];
        if (!rest.IsEmpty && rest[0] is not (':' or '.'))
            return false;
        if (!TryNumber(text[..colon], out var hours) || !TryNumber(text.Slice(colon + 1, 2), out var minutes) || minutes > 59
            || hours > (minutes == 0 ? 24 : 23))
            return false;
        clock = new TimeSpan(hours, minutes, 0);
        return true;
    }

    /// <summary>A date from 1970 to 9998, so that a day may be added; null where the calendar has no such day.</summary>
    internal static DateTime? Date(int year, int month, int day) =>
        year is >= 1970 and < 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified)
            : null;

    /// <summary>
    /// The year that a listing leaves out: the last one in which this moment is not in the future. Two days are allowed for, since the
    /// server's zone and clock are not known.
    /// </summary>
    internal static DateTime? WithYear(int month, int day, TimeSpan clock, DateTimeOffset now)
    {
        var latest = now.UtcDateTime.AddDays(2);

        // Four back at most: 29 February.
        for (var year = latest.Year; year > latest.Year - 5; year--)
        {
            if (Date(year, month, day) is { } date && date + clock <= latest)
                return date + clock;
        }

        return null;
    }

    /// <summary>Cut to the second.</summary>
    internal static DateTimeOffset Whole(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    /// <summary>The command that sets a file's time (draft-somers-ftp-mfxx), null where there is no time or the server knows no such command.</summary>
    internal static FtpCommand? Setting(FtpFeatures? features, DateTimeOffset? modified, string path) =>
        features?.TimeVerb is { } verb && modified is { } time
            ? new FtpCommand(verb, string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyyMMddHHmmss} {path}"))
            : null;

    internal static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    internal static long? Size(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
}
