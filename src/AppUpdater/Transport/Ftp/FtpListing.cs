namespace AppUpdater.Transport.Ftp;

/// <summary>A whole listing, line by line. Pure.</summary>
internal static class FtpListing
{
    /// <param name="text">What came over the data connection.</param>
    /// <param name="isMlsd">MLSD, else LIST in whichever form.</param>
    /// <param name="now">For the year that LIST leaves out.</param>
    /// <param name="problem">The first line that is not understood. Skipping it would make a file look deleted.</param>
    internal static List<FtpEntry> Parse(string text, bool isMlsd, DateTimeOffset now, out string? problem)
    {
        var entries = new List<FtpEntry>();
        problem = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            if (line.EndsWith("\r", StringComparison.Ordinal))
                line = line[..^1];
            if (IsNoise(line, isMlsd))
                continue;
            if (TryParse(line, isMlsd, now, out var entry))
                entries.Add(entry!);
            else
                problem ??= line.ToString();
        }

        return entries;
    }

    private static bool TryParse(ReadOnlySpan<char> line, bool isMlsd, DateTimeOffset now, out FtpEntry? entry)
    {
        if (isMlsd)
            return MlsxLine.TryParse(line, out entry);
        return char.IsAsciiDigit(line[0]) ? DosLine.TryParse(line, out entry) : UnixLine.TryParse(line, now, out entry);
    }

    // "total 123" is the first line of ls -l.
    private static bool IsNoise(ReadOnlySpan<char> line, bool isMlsd) =>
        line.IsWhiteSpace() || (!isMlsd && line.StartsWith("total ", StringComparison.OrdinalIgnoreCase)
            && line[6..].Trim().IndexOfAnyExceptInRange('0', '9') < 0);
}
