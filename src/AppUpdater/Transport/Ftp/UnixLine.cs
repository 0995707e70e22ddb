using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// A line of LIST as <c>ls -l</c> writes it. Which columns stand between mode and size differs from server to server, so the date is
/// looked for, in any of the forms below, with a number (the size) before it. The size is never the column right after the mode: a link
/// count of 1 and an owner named "jan" would be taken for one and a month.
/// </summary>
internal static class UnixLine
{
    private const int MaxColumns = 24;

    internal static bool TryParse(ReadOnlySpan<char> line, DateTimeOffset now, [NotNullWhen(true)] out FtpEntry? entry)
    {
        entry = null;
        if (line.Length < 12 || KindOf(line) is not { } kind)
            return false;

        Span<Range> columns = stackalloc Range[MaxColumns];
        var count = Columns(line, columns);
        for (var i = 2; i + 1 < count; i++)
        {
            if (FtpTimes.Size(line[columns[i]]) is not { } size)
                continue;
            var date = TryDate(line, columns[(i + 1)..count], now, out var time, out var end);
            if (!date)
                continue;

            // One space ends the date; further ones belong to the name.
            if (end + 1 >= line.Length)
                return false;
            var name = line[(end + 1)..];
            if (line[0] == '[' || line[1] == ' ')
                name = name.TrimStart(' '); // NetWare pads
            if (line[0] == 'l' && name.IndexOf(" -> ", StringComparison.Ordinal) is > 0 and var arrow)
                name = name[..arrow];
            if (name.IsEmpty)
                return false;
            entry = new FtpEntry(name.ToString(), kind, kind == RemoteEntryKind.File ? size : null, time);
            return true;
        }

        return false;
    }

    private static RemoteEntryKind? KindOf(ReadOnlySpan<char> line)
    {
        // drwxr-xr-x, or NetWare's "d [RWCEAFMS]".
        if (line[1] is not ('r' or '-' or ' ' or '[' or 'w' or 's' or 'x'))
            return null;
        return line[0] switch
        {
            '-' or 'f' or 'F' => RemoteEntryKind.File,
            'd' => RemoteEntryKind.Directory,
            'l' or 'b' or 'c' or 'p' or 's' or 'D' => RemoteEntryKind.Other,
            _ => null,
        };
    }

    private static int Columns(ReadOnlySpan<char> line, Span<Range> columns)
    {
        var count = 0;
        var at = 0;
        while (count < columns.Length)
        {
            while (at < line.Length && line[at] == ' ')
                at++;
            if (at == line.Length)
                break;
            var start = at;
            while (at < line.Length && line[at] != ' ')
                at++;
            columns[count++] = start..at;
        }

        return count;
    }

    /// <summary>The date in the first columns, and where in the line it ends.</summary>
    private static bool TryDate(
        ReadOnlySpan<char> line, ReadOnlySpan<Range> columns, DateTimeOffset now, out FtpWallTime? time, out int end)
    {
        time = null;
        end = 0;
        var first = line[columns[0]];
        if (columns.Length >= 3)
        {
            var (month, day) = DayOf(first, line[columns[1]]);
            var third = line[columns[2]];
            end = columns[2].End.Value;
            if (month > 0 && IsYear(line[columns[1]], third, out var year) && columns.Length >= 4 && FtpTimes.TryClock(line[columns[3]], out var at))
            {
                // VShell: "Oct 08, 2002 09:47"
                end = columns[3].End.Value;
                time = FtpTimes.Date(year, month, day) is { } known ? new FtpWallTime(known + at, FtpTimes.Minute, IsUtc: false) : null;
                return true;
            }

            if (month > 0)
                return TryYearOrClock(third, month, day, now, out time);
        }

        if (columns.Length < 2)
            return false;
        end = columns[1].End.Value;
        var second = line[columns[1]];
        if (TryWholeDate(first, out var date) && FtpTimes.TryClock(second, out var clock))
        {
            // --time-style=long-iso: 2024-01-05 12:34
            time = new FtpWallTime(date + clock, FtpTimes.Minute, IsUtc: false);
            return true;
        }

        // --time-style=iso: 01-05 12:34
        return first.Length == 5 && first[2] == '-' && TryMonthAndDay(first[..2], first[3..], out var of) && TryYearOrClock(second, of.Month, of.Day, now, out time);
    }

    private static bool IsYear(ReadOnlySpan<char> before, ReadOnlySpan<char> text, out int year)
    {
        year = 0;
        return before.EndsWith(",", StringComparison.Ordinal) && text.Length == 4 && FtpTimes.TryNumber(text, out year);
    }

    /// <summary>Month and day, or day and month; month 0 where it is neither.</summary>
    private static (int Month, int Day) DayOf(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var month = FtpMonths.Of(first);
        var number = month > 0 ? second : first;
        month = month > 0 ? month : FtpMonths.Of(second);
        return month > 0 && FtpTimes.TryNumber(number.TrimEnd(".,"), out var day) && day is >= 1 and <= 31 ? (month, day) : default;
    }

    private static bool TryMonthAndDay(ReadOnlySpan<char> first, ReadOnlySpan<char> second, out (int Month, int Day) of)
    {
        of = default;
        return FtpTimes.TryNumber(first, out of.Month) && FtpTimes.TryNumber(second, out of.Day) && of is { Month: >= 1 and <= 12, Day: >= 1 and <= 31 };
    }

    private static bool TryYearOrClock(ReadOnlySpan<char> text, int month, int day, DateTimeOffset now, out FtpWallTime? time)
    {
        time = null;
        if (FtpTimes.TryClock(text, out var clock))
        {
            if (FtpTimes.WithYear(month, day, clock, now) is { } moment)
                time = new FtpWallTime(moment, FtpTimes.Minute, IsUtc: false);
            return true;
        }

        if (text.Length != 4 || !FtpTimes.TryNumber(text, out var year))
            return false;
        if (FtpTimes.Date(year, month, day) is { } date)
            time = new FtpWallTime(date, FtpTimes.Day, IsUtc: false);
        return true;
    }

    /// <summary>2024-01-05, 2024/01/05, or 05-01-2024.</summary>
    private static bool TryWholeDate(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        if (text.Length != 10)
            return false;
        var yearFirst = text[4] is '-' or '/';
        var (mark, other) = yearFirst ? (4, 7) : (2, 5);
        if (text[mark] is not ('-' or '/') || text[other] != text[mark])
            return false;
        var year = yearFirst ? text[..4] : text[6..];
        var month = text.Slice(yearFirst ? 5 : 3, 2);
        var day = yearFirst ? text[8..] : text[..2];
        if (!FtpTimes.TryNumber(year, out var y) || !FtpTimes.TryNumber(month, out var m) || !FtpTimes.TryNumber(day, out var d)
            || FtpTimes.Date(y, m, d) is not { } found)
            return false;
        date = found;
        return true;
    }
}
