using System.Collections.Immutable;
using AppUpdater.Settings;

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

    /// <summary>The password, which some servers say back.</summary>
    internal Secret? Secret { get; init; }

    /// <summary>Fit for logs and messages.</summary>
    public override string ToString() => $"{Code} {PathRules.Show(Hide(Text, Secret))}";

    internal static string Hide(string text, Secret? secret) =>
        secret?.Reveal() is { Length: > 0 } hidden ? text.Replace(hidden, "***", StringComparison.Ordinal) : text;
}
