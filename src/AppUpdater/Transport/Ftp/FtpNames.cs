using System.Text;
using System.Text.Unicode;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// How a server writes names. RFC 2640 wants UTF-8, old Windows servers send their own code page: the first listing with a name that is
/// not ASCII decides for the whole source, unless dato.ini forces one of them. Safe for concurrent use.
/// </summary>
internal sealed class FtpNames(NameEncoding setting, string server)
{
    private static readonly Encoding Utf8NoMark = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding Windows1252 =
        CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private readonly Encoding _first = setting == NameEncoding.Windows1252 ? Windows1252 : Utf8NoMark;
    private Encoding? _learned;

    internal bool IsUtf8 => Current == Utf8NoMark;

    private Encoding Current => Volatile.Read(ref _learned) ?? _first;

    /// <summary>A command's bytes. A login is the same bytes on every connection, whatever the listings taught in between.</summary>
    internal byte[] Encode(FtpCommand command)
    {
        var encoding = command.Verb is "USER" or "PASS" ? _first : Current;
        try
        {
            return encoding.GetBytes(command.Line + "\r\n");
        }
        catch (EncoderFallbackException)
        {
            // Without the inner exception, which shows a character: it may be the password's.
            throw new SettingsException(
                $"{PathRules.Show(command.ToString())} can't be written in the encoding of {server} ({encoding.WebName}). "
                + "Set [server] encoding in dato.ini.");
        }
    }

    /// <summary>The text of one whole listing.</summary>
    /// <exception cref="UntrustedException">It is in another encoding than an earlier one, or than dato.ini demands.</exception>
    internal string Decode(ReadOnlySpan<byte> listing)
    {
        if (setting == NameEncoding.Windows1252 || Ascii.IsValid(listing))
            return _first.GetString(listing);
        var found = Utf8.IsValid(listing) ? Utf8NoMark : Windows1252;
        if (setting == NameEncoding.Utf8 && found != Utf8NoMark)
        {
            throw new UntrustedException(
                $"{server} sent names that are not UTF-8, which [server] encoding in dato.ini demands. Set it to auto or windows-1252.");
        }

        // Which listing comes first is chance, and a name written back in the other encoding is another file's, or nobody's.
        var learned = Interlocked.CompareExchange(ref _learned, found, null) ?? found;
        return learned == found
            ? found.GetString(listing)
            : throw new UntrustedException(
                $"{server} sent some names in UTF-8 and some not. Rename those that are not, or set [server] encoding in dato.ini to windows-1252.");
    }
}
