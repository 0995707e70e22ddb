using System.Text;

namespace AppUpdater.Transport.Ftp;

/// <summary>The folder that a reply to PWD names: between quotation marks, with each mark in its name doubled (RFC 959, appendix II).</summary>
internal static class FtpHome
{
    /// <summary>Without a trailing slash. "", which is the root, where the reply is a refusal or names no path that starts with a slash.</summary>
    internal static string Of(FtpReply reply)
    {
        var text = reply.Text;
        var start = text.IndexOf('"', StringComparison.Ordinal);
        if (reply.Code != 257 || start < 0)
            return "";
        var path = new StringBuilder();
        for (var at = start + 1; at < text.Length; at++)
        {
            var isMark = text[at] == '"';
            if (isMark && (at + 1 == text.Length || text[at + 1] != '"'))
                return path.Length > 0 && path[0] == '/' && !path.ToString().Any(char.IsControl) ? path.ToString().TrimEnd('/') : "";
            path.Append(text[at]);
            at += isMark ? 1 : 0;
        }

        return "";
    }
}
