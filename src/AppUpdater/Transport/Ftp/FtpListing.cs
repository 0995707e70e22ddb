using System.Buffers;
using System.Text;

namespace AppUpdater.Transport.Ftp;

/// <summary>A whole listing, line by line. Pure.</summary>
internal static class FtpListing
{
    /// <param name="listing">
    /// What came over the data connection. Lines end at the byte LF whatever the encoding, so that no half of a character ends one
    /// (commons-net NET-516).
    /// </param>
    /// <param name="isMlsd">MLSD, else LIST in whichever form.</param>
    /// <param name="now">For the year that LIST leaves out.</param>
    /// <param name="problem">The first line that is not understood. Skipping it would make a file look deleted.</param>
    /// <returns>Entries whose names are as sent, each byte a character: <see cref="FtpNames"/> reads them.</returns>
    internal static List<FtpEntry> Parse(ReadOnlySpan<byte> listing, bool isMlsd, DateTimeOffset now, out string? problem)
    {
        var entries = new List<FtpEntry>();
        problem = null;
        var buffer = ArrayPool<char>.Shared.Rent(1024);
        try
        {
            while (!listing.IsEmpty)
            {
                var end = listing.IndexOf((byte)'\n');
                var line = Widen(end < 0 ? listing : listing[..end], ref buffer);
                listing = end < 0 ? [] : listing[(end + 1)..];
                if (IsNoise(line, isMlsd))
                    continue;
                if (TryParse(line, isMlsd, now, out var entry))
                    entries.Add(entry!);
                else
                    problem ??= line.ToString();
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }

        return entries;
    }

    private static ReadOnlySpan<char> Widen(ReadOnlySpan<byte> line, ref char[] buffer)
    {
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        if (line.Length > buffer.Length)
        {
            ArrayPool<char>.Shared.Return(buffer);
            buffer = ArrayPool<char>.Shared.Rent(line.Length);
        }

        return buffer.AsSpan(0, Encoding.Latin1.GetChars(line, buffer));
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
