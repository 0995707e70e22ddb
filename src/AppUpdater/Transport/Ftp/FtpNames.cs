using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// How a server writes names. RFC 2640 wants UTF-8, old Windows servers send their own code page: the first listing that is not UTF-8
/// switches the whole source to Windows-1252, unless dato.ini forces one of them. Safe for concurrent use.
/// </summary>
internal sealed class FtpNames(NameEncoding setting, string server)
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding Windows1252 =
        CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private volatile Encoding _current = setting == NameEncoding.Windows1252 ? Windows1252 : Utf8;

    internal bool IsUtf8 => _current == Utf8;

    internal byte[] Encode(string text)
    {
        try
        {
            return _current.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new SettingsException(
                $"{PathRules.Show(text)} can't be written in the encoding of {server} ({_current.WebName}). Set [server] encoding in dato.ini.", e);
        }
    }

    /// <summary>The text of one whole listing.</summary>
    internal string Decode(ReadOnlySpan<byte> listing)
    {
        try
        {
            return _current.GetString(listing);
        }
        catch (DecoderFallbackException e)
        {
            if (setting == NameEncoding.Utf8)
            {
                throw new UntrustedException(
                    $"{server} sent names that are not UTF-8, which [server] encoding in dato.ini demands. Set it to auto or windows-1252.", e);
            }
        }

        _current = Windows1252;
        return Windows1252.GetString(listing);
    }
}
