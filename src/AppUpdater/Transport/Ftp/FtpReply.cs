using System.Collections.Immutable;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// One reply (RFC 959 4.2). Decisions go by the code, mostly its first digit (RFC 1123 4.1.2.11), never by the text.
/// Lines are as sent, the last one's code removed.
/// </summary>
internal sealed record FtpReply(int Code, ImmutableArray<string> Lines)
{
    internal bool IsPreliminary => Code is >= 100 and < 200;

    internal bool IsSuccess => Code is >= 200 and < 300;

    internal bool IsIntermediate => Code is >= 300 and < 400;

    internal bool IsTransientFailure => Code is >= 400 and < 500;

    /// <summary>The server does not know the command (RFC 959 4.2.2: 500, 502, 504).</summary>
    internal bool IsUnknownCommand => Code is 500 or 502 or 504;

    internal string Text => Lines[^1];

    public override string ToString() => $"{Code} {PathRules.Show(Text)}";
}
