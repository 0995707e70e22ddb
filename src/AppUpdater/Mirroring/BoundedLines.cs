using System.Text;

namespace AppUpdater.Mirroring;

/// <summary>The lines of a file that may hold anything: one that is too long is given as null, and is never in memory as a whole.</summary>
internal static class BoundedLines
{
    /// <param name="stream">UTF-8; read to its end.</param>
    /// <param name="longest">In UTF-16 code units.</param>
    /// <returns>Each line, and whether its end was there; the last one may be half of one.</returns>
    internal static IEnumerable<(string? Text, bool IsWhole)> Of(Stream stream, int longest)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024, leaveOpen: true);
        var (line, buffer, isTooLong) = (new StringBuilder(), new char[16 * 1024], false);
        while (reader.Read(buffer) is > 0 and var count)
        {
            var start = 0;
            for (var end = Array.IndexOf(buffer, '\n', 0, count); end >= 0; end = Array.IndexOf(buffer, '\n', start, count - start))
            {
                Take(buffer.AsSpan(start, end - start));
                yield return (isTooLong ? null : line.ToString(), true);
                line.Clear();
                (start, isTooLong) = (end + 1, false);
            }

            Take(buffer.AsSpan(start, count - start));
        }

        if (isTooLong || line.Length > 0)
            yield return (isTooLong ? null : line.ToString(), false);

        void Take(ReadOnlySpan<char> part)
        {
            isTooLong |= line.Length + part.Length > longest;
            if (!isTooLong)
                line.Append(part);
        }
    }
}
