using System.Collections.Immutable;
using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// One reply (RFC 959 4.2). Decisions go by the code, mostly its first digit (RFC 1123 4.1.2.11), never by the text.
/// </summary>
/// <param name="code">100 to 599.</param>
/// <param name="sent">Its lines, the first and last one's code removed: each byte a character, since names may be in any encoding.</param>
internal sealed class FtpReply(int code, ImmutableArray<string> sent)
{
    private readonly Lazy<ImmutableArray<string>> _lines = new(() => [.. sent.Select(Decode)]);

    internal int Code => code;

    /// <summary>As UTF-8, for reading.</summary>
    internal ImmutableArray<string> Lines => _lines.Value;

    internal bool IsPreliminary => Code is >= 100 and < 200;

    internal bool IsSuccess => Code is >= 200 and < 300;

    internal bool IsIntermediate => Code is >= 300 and < 400;

    internal bool IsTransientFailure => Code is >= 400 and < 500;

    /// <summary>The server does not know the command (RFC 959 4.2.2: 500, 502, 504).</summary>
    internal bool IsUnknownCommand => Code is 500 or 502 or 504;

    internal string Text => Decode(sent[^1]);

    /// <summary>The password, which some servers say back.</summary>
    internal Secret? Secret { get; init; }

    /// <summary>The bytes between the first line and the last, each line with its LF: a listing. Null in a reply of one line.</summary>
    internal byte[]? Inside() => sent.Length < 2 ? null : Encoding.Latin1.GetBytes(string.Concat(sent[1..^1].Select(line => line + "\n")));

    /// <summary>Fit for logs and messages.</summary>
    public override string ToString() => $"{Code} {PathRules.Show(Hide(Text, Secret))}";

    internal static string Hide(string text, Secret? secret) =>
        secret?.Reveal() is { Length: > 0 } hidden ? text.Replace(hidden, "***", StringComparison.Ordinal) : text;

    /// <summary>A line as sent, each byte a character, as UTF-8.</summary>
    internal static string Decode(string sent) => Ascii.IsValid(sent) ? sent : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(sent));
}
