using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Ftp;

/// <summary>What names are written in: plain letters only, UTF-8, something else, or some in this and some in that.</summary>
internal enum FtpNamesSeen { Ascii, Utf8, Other, Mixed }

/// <summary>
/// How a server writes names. RFC 2640 wants UTF-8, old servers send their own code page, and a folder filled by both kinds of client
/// has both. So each name is read by itself: as UTF-8, or else as Windows-1252, and then its bytes are remembered, since only those bytes
/// find it again. A name that nobody listed is written as the listed ones are. Safe for concurrent use.
/// </summary>
internal sealed class FtpNames(NameEncoding setting, string server)
{
    /// <summary>Names remembered by their bytes. Beyond it, the server's encoding has to be named.</summary>
    internal const int MaxRemembered = 200_000;

    private static readonly Encoding Utf8NoMark = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding Windows1252 =
        CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private readonly Encoding _login = setting == NameEncoding.Windows1252 ? Windows1252 : Utf8NoMark;

    // The whole path as shown, and the bytes of its last segment.
    private readonly ConcurrentDictionary<string, byte[]> _bytes = new(StringComparer.Ordinal);
    private int _remembered;
    private volatile bool _hasUtf8;
    private volatile bool _hasOther;

    /// <summary>Whether a login asks for UTF-8: on every connection or on none, since servers name files as the connection asked.</summary>
    internal bool IsUtf8 => setting != NameEncoding.Windows1252;

    /// <summary>What the names listed so far, other than plain ones, are written in.</summary>
    internal FtpNamesSeen Seen => (_hasUtf8, _hasOther || !IsUtf8) switch
    {
        (true, true) => FtpNamesSeen.Mixed,
        (false, true) => FtpNamesSeen.Other,
        _ => FtpNamesSeen.Utf8,
    };

    // For names that were never listed. One name in UTF-8 shows that the server can.
    private Encoding New => !IsUtf8 || (_hasOther && !_hasUtf8) ? Windows1252 : Utf8NoMark;

    /// <summary>A command's bytes. A login is the same bytes on every connection, whatever the listings taught in between.</summary>
    /// <exception cref="SettingsException">It has a character that the encoding lacks.</exception>
    internal byte[] Encode(FtpCommand command)
    {
        var line = command.Line;
        if (Ascii.IsValid(line))
            return Encoding.ASCII.GetBytes(line + "\r\n");
        var encoding = command.Verb is "USER" or "PASS" ? _login : New;
        try
        {
            return command.Verb is "USER" or "PASS" ? encoding.GetBytes(line + "\r\n") : EncodePath(line, encoding);
        }
        catch (EncoderFallbackException)
        {
            // Without the inner exception, which shows a character: it may be the password's.
            throw new SettingsException(
                $"{PathRules.Show(command.ToString())} can't be written in the encoding of {server} ({encoding.WebName}). "
                + $"Set [server] encoding in dato.ini.");
        }
    }

    /// <summary>Reads the names of one folder's listing, in place.</summary>
    /// <param name="folder">Its full server path.</param>
    /// <param name="entries">Names as the parsers leave them: each byte a character.</param>
    /// <exception cref="UntrustedException">
    /// A name is not UTF-8 and dato.ini demands that, two names read the same, or there are more odd names than can be remembered.
    /// </exception>
    internal void Read(string folder, List<FtpEntry> entries)
    {
        var isOdd = false;
        for (var i = 0; i < entries.Count; i++)
        {
            var sent = entries[i].Name;
            if (Ascii.IsValid(sent))
                continue;
            var bytes = Encoding.Latin1.GetBytes(sent);
            var isUtf8 = IsUtf8 && Utf8.IsValid(bytes);
            var name = isUtf8 ? Utf8NoMark.GetString(bytes) : Windows1252.GetString(bytes);
            entries[i] = entries[i] with { Name = name };
            if (!IsUtf8)
                continue;
            isOdd |= !isUtf8;
            Learn(folder.EndsWith('/') ? folder + name : $"{folder}/{name}", isUtf8 ? null : bytes);
        }

        if (isOdd)
            RequireDistinct(folder, entries);
    }

    private void Learn(string path, byte[]? bytes)
    {
        if (bytes is null)
        {
            _hasUtf8 = true;
            if (!_bytes.IsEmpty && _bytes.TryRemove(path, out _))
                Interlocked.Decrement(ref _remembered);
            return;
        }

        if (setting == NameEncoding.Utf8)
        {
            throw new UntrustedException(
                $"{server} lists {PathRules.Show(path)}, whose name is not UTF-8, which [server] encoding in dato.ini demands. "
                + $"Set it to auto or windows-1252.");
        }

        _hasOther = true;
        if (_bytes.TryAdd(path, bytes))
        {
            if (Interlocked.Increment(ref _remembered) > MaxRemembered)
            {
                throw new UntrustedException(
                    $"{server} has more than {MaxRemembered:N0} names that are not UTF-8. Set [server] encoding in dato.ini to windows-1252.");
            }
        }
        else
        {
            _bytes[path] = bytes;
        }
    }

    private void RequireDistinct(string folder, List<FtpEntry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);

        // The folder itself and the one above come under one name (MLSD's cdir and pdir).
        if (entries.Find(entry => !entry.IsSelfOrParent && !names.Add(entry.Name)) is { } twin)
        {
            throw new UntrustedException(
                $"{server} lists two names in {PathRules.Show(folder)} that both read {PathRules.Show(twin.Name)}, one of them not in UTF-8. "
                + $"Rename or remove one on the server.");
        }
    }

    /// <summary>Segment by segment from the first slash on: what comes before it is the verb, and the time that MFMT sets.</summary>
    private byte[] EncodePath(string line, Encoding encoding)
    {
        var slash = line.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || _bytes.IsEmpty)
            return encoding.GetBytes(line + "\r\n");
        var remembered = _bytes.GetAlternateLookup<ReadOnlySpan<char>>();
        var path = line.AsSpan(slash);
        var sent = new ArrayBufferWriter<byte>(line.Length * 2);
        encoding.GetBytes(line.AsSpan(0, slash), sent);
        var at = 0;
        while (at < path.Length)
        {
            var next = path[(at + 1)..].IndexOf('/');
            var end = next < 0 ? path.Length : at + 1 + next;
            if (remembered.TryGetValue(path[..end], out var bytes))
            {
                sent.Write("/"u8);
                sent.Write(bytes);
            }
            else
            {
                encoding.GetBytes(path[at..end], sent);
            }

            at = end;
        }

        sent.Write("\r\n"u8);
        return sent.WrittenSpan.ToArray();
    }
}
