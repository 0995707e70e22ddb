using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// A line of LIST as <c>ls -l</c> writes it. Which columns stand between mode and size differs from server to server, so the date is
/// looked for: a month and a day, or a day and a month, or an ISO date, with a number (the size) before it.
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
        for (var i = 1; i + 2 < count; i++)
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

    private static bool TryDate(
        ReadOnlySpan<char> line, ReadOnlySpan<Range> columns, DateTimeOffset now, out FtpWallTime? time, out int end)
    {
        time = null;
        end = 0;
        if (columns.Length >= 3)
        {
            var month = FtpTimes.Month(line[columns[0]]);
            var dayColumn = columns[month > 0 ? 1 : 0];
            month = month > 0 ? month : FtpTimes.Month(line[columns[1]]);
            if (month > 0 && FtpTimes.TryNumber(line[dayColumn].TrimEnd('.'), out var day) && day is >= 1 and <= 31)
            {
                end = columns[2].End.Value;
                return TryYearOrClock(line[columns[2]], month, day, now, out time);
            }
        }

        // --time-style=long-iso: 2024-01-05 12:34
        if (columns.Length < 2 || !TryIsoDate(line[columns[0]], out var date) || !FtpTimes.TryClock(line[columns[1]], out var clock))
            return false;
        time = new FtpWallTime(date + clock, FtpTimes.Minute, IsUtc: false);
        end = columns[1].End.Value;
        return true;
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

    private static bool TryIsoDate(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-')
            return false;
        if (!FtpTimes.TryNumber(text[..4], out var year) || !FtpTimes.TryNumber(text[5..7], out var month)
            || !FtpTimes.TryNumber(text[8..], out var day) || FtpTimes.Date(year, month, day) is not { } found)
            return false;
        date = found;
        return true;
    }
}
