using System.Collections.Immutable;
using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Takes replies from a control connection. Everything is bounded: a server that never ends a line or a reply is cut off
/// (CVE-2026-44240 was a client that was not).
/// </summary>
/// <param name="stream">The control connection.</param>
/// <param name="server">Host and port, for messages.</param>
/// <param name="secret">What no log or message may show, should the server say it back; or null.</param>
internal sealed class FtpReplyReader(Stream stream, string server, Secret? secret = null)
{
    internal const int MaxLineBytes = 8 * 1024;
    internal const int MaxReplyBytes = 1024 * 1024;
    internal const int MaxReplyLines = 10_000;

    private readonly byte[] _buffer = new byte[MaxLineBytes + 2];
    private int _start;
    private int _end;

    /// <summary>More came than what was read of it so far.</summary>
    internal bool HasMore => _end > _start;

    /// <summary>The next reply, or null at the end of the connection.</summary>
    /// <exception cref="UntrustedException">What comes is no FTP reply, or has no end.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task<FtpReply?> ReadAsync(CancellationToken ct)
    {
        if (await ReadLineAsync(ct).ConfigureAwait(false) is not { } first)
            return null;
        if (!TryReadCode(first, out var code))
            throw new UntrustedException($"{server} does not speak FTP: it sent {PathRules.Show(FtpReply.Hide(FtpReply.Decode(first), secret))}. Check host and port.");
        if (!IsFirstOfMany(first))
            return new FtpReply(code, [TextAfterCode(first)]) { Secret = secret };

        // Ends only with the same code and a space; lines between may look like codes (RFC 959 4.2).
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(TextAfterCode(first));
        var bytes = first.Length;
        while (await ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            bytes += line.Length + 2;
            if (bytes > MaxReplyBytes || lines.Count >= MaxReplyLines)
                throw new UntrustedException($"{server} sent a reply ({code}) that does not end; gave up after {lines.Count} lines.");
            if (TryReadCode(line, out var lastCode) && lastCode == code && !IsFirstOfMany(line))
            {
                lines.Add(TextAfterCode(line));
                return new FtpReply(code, lines.ToImmutable()) { Secret = secret };
            }

            lines.Add(line);
        }

        return null;
    }

    private static bool TryReadCode(string line, out int code)
    {
        code = 0;
        if (line.Length < 3 || line[0] is < '1' or > '5' || !char.IsAsciiDigit(line[1]) || !char.IsAsciiDigit(line[2]))
            return false;
        if (line.Length > 3 && line[3] is not (' ' or '-'))
            return false;
        code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        return true;
    }

    private static bool IsFirstOfMany(string line) => line.Length > 3 && line[3] == '-';

    private static string TextAfterCode(string line) => line.Length > 4 ? line[4..] : "";

    /// <summary>Each byte a character.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken ct)
    {
        var searched = _start;
        while (true)
        {
            var newline = Array.IndexOf(_buffer, (byte)'\n', searched, _end - searched);
            if (newline >= 0)
            {
                var length = newline - _start;
                if (length > 0 && _buffer[newline - 1] == '\r')
                    length--;
                var line = Encoding.Latin1.GetString(_buffer, _start, length);
                _start = newline + 1;
                return line;
            }

            searched = _end;
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                searched -= _start;
                _end -= _start;
                _start = 0;
            }

            if (_end == _buffer.Length)
                throw new UntrustedException($"{server} sent a reply line longer than {MaxLineBytes} bytes.");
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            if (read == 0)
                return null;
            _end += read;
        }
    }
}
