using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport.Ftp;

/// <summary>A line of LIST as Windows servers write it (IIS's default): date, time, size or &lt;DIR&gt;, name.</summary>
internal static class DosLine
{
    internal static bool TryParse(ReadOnlySpan<char> line, [NotNullWhen(true)] out FtpEntry? entry)
    {
        entry = null;
        if (!TryToken(line, 0, out var dateText, out var at) || !TryDate(dateText, out var date))
            return false;
        if (!TryToken(line, at, out var clockText, out at) || !TryClock(clockText, out var clock))
            return false;
        if (!TryToken(line, at, out var size, out at))
            return false;

        // "09:15 AM" in two words.
        if (size.Equals("AM", StringComparison.OrdinalIgnoreCase) || size.Equals("PM", StringComparison.OrdinalIgnoreCase))
        {
            if (!TryTwelveHours(clock, char.ToUpperInvariant(size[0]) == 'P', out clock) || !TryToken(line, at, out size, out at))
                return false;
        }

        var time = new FtpWallTime(date + clock, FtpTimes.Minute, IsUtc: false);
        if (SizeOf(size) is { } bytes)
        {
            // One space, the rest is the name's.
            entry = at + 1 < line.Length ? new FtpEntry(line[(at + 1)..].ToString(), RemoteEntryKind.File, bytes, time) : null;
            return entry is not null;
        }

        if (size[0] != '<' || size[^1] != '>')
            return false;
        var name = line[at..].TrimStart(' ');
        var isFolder = size.Equals("<DIR>", StringComparison.OrdinalIgnoreCase);
        if (!isFolder && name.IndexOf(" [", StringComparison.Ordinal) is > 0 and var target)
            name = name[..target]; // <JUNCTION> name [target]
        if (name.IsEmpty)
            return false;
        entry = new FtpEntry(name.ToString(), isFolder ? RemoteEntryKind.Directory : RemoteEntryKind.Other, null, time);
        return true;
    }

    // 9,730: dir groups digits by default (/C).
    private static long? SizeOf(ReadOnlySpan<char> text)
    {
        if (!text.Contains(','))
            return FtpTimes.Size(text);
        Span<char> digits = stackalloc char[19];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isMark = i > 0 && (text.Length - i) % 4 == 0;
            if (isMark != (text[i] == ',') || count == digits.Length)
                return null;
            if (!isMark)
                digits[count++] = text[i];
        }

        return FtpTimes.Size(digits[..count]);
    }

    private static bool TryToken(ReadOnlySpan<char> line, int from, out ReadOnlySpan<char> token, out int end)
    {
        while (from < line.Length && line[from] == ' ')
            from++;
        end = from;
        while (end < line.Length && line[end] != ' ')
            end++;
        token = line[from..end];
        return !token.IsEmpty;
    }

    private static bool TryDate(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        if (text.Length is not (8 or 10))
            return false;
        Span<int> parts = stackalloc int[3];
        var count = 0;
        foreach (var part in text.SplitAny("-/."))
        {
            if (count == 3 || !FtpTimes.TryNumber(text[part], out parts[count++]))
                return false;
        }

        if (count != 3)
            return false;
        var yearFirst = text.Length == 10 && text[4] is '-' or '/' or '.';
        var (year, month, day) = yearFirst ? (parts[0], parts[1], parts[2]) : (parts[2], parts[0], parts[1]);

        // Month first, unless there is no such month.
        if (month > 12)
            (month, day) = (day, month);
        if (text.Length == 8)
            year += year < 70 ? 2000 : 1900;
        if (FtpTimes.Date(year, month, day) is not { } found)
            return false;
        date = found;
        return true;
    }

    private static bool TryClock(ReadOnlySpan<char> text, out TimeSpan clock)
    {
        var mark = text.IsEmpty ? ' ' : char.ToUpperInvariant(text[^1]);
        if (mark != 'M' || text.Length < 6)
            return FtpTimes.TryClock(text, out clock);
        var half = char.ToUpperInvariant(text[^2]);
        clock = default;
        return half is 'A' or 'P' && FtpTimes.TryClock(text[..^2], out clock) && TryTwelveHours(clock, half == 'P', out clock);
    }

    private static bool TryTwelveHours(TimeSpan given, bool afternoon, out TimeSpan clock)
    {
        clock = new TimeSpan((given.Hours % 12) + (afternoon ? 12 : 0), given.Minutes, 0);
        return given.Hours is >= 1 and <= 12;
    }
}
