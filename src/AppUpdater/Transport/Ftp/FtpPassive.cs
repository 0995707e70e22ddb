using System.Buffers;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Opens data connections: EPSV (RFC 2428), and PASV where that fails. Of either reply only the port is used: the address is the control
/// connection's, as curl and CPython do it.
/// </summary>
internal static class FtpPassive
{
    private static readonly SearchValues<char> SixNumbers = SearchValues.Create("0123456789,. ");

    /// <param name="control">Where to ask.</param>
    /// <param name="server">Whether EPSV fails is learned of it.</param>
    /// <param name="early">The reply to an EPSV sent just before, or null.</param>
    /// <param name="ct">Leaves the connection poisoned where a reply is awaited.</param>
    internal static async Task<FtpDataChannel> OpenAsync(FtpControl control, FtpServer server, FtpReply? early, CancellationToken ct)
    {
        (string, int, UnreachableException)? blocked = null;
        if (!server.EpsvFails)
        {
            var reply = early ?? await control.SendAsync(new FtpCommand("EPSV"), ct).ConfigureAwait(false);
            if (PortOf(reply) is { } extended)
            {
                try
                {
                    return await OpenAsync(control, server, extended, ct).ConfigureAwait(false);
                }
                catch (UnreachableException e)
                {
                    // Firewalls that read along open PASV's port only.
                    server.Options.Log.LogInformation("{Server}: EPSV's port does not open ({Reason}); trying PASV.", server.Address, e.Message);
                    blocked = ("EPSV", extended, e);
                }
            }
            else if (reply.IsTransientFailure)
            {
                throw server.Refusal(reply, "EPSV");
            }
        }

        var passive = await control.SendAsync(new FtpCommand("PASV"), ct).ConfigureAwait(false);
        if (PortOf(passive) is not { } port)
            throw blocked is { } only ? FtpBlockedData.Failure(server, only) : server.Refusal(passive, "PASV");
        try
        {
            var channel = await OpenAsync(control, server, port, ct).ConfigureAwait(false);
            server.EpsvFails = true;
            return channel;
        }
        catch (UnreachableException e)
        {
            throw blocked is { } first
                ? FtpBlockedData.Failure(server, first, ("PASV", port, e))
                : FtpBlockedData.Failure(server, ("PASV", port, e));
        }
    }

    private static async Task<FtpDataChannel> OpenAsync(FtpControl control, FtpServer server, int port, CancellationToken ct)
    {
        var channel = await control.OpenDataAsync(port, ct).ConfigureAwait(false);
        server.DataOpens = true;
        return channel;
    }

    /// <summary>The port of a 229 or 227, or null. Some servers answer EPSV with 227's text.</summary>
    internal static int? PortOf(FtpReply reply) => !reply.IsSuccess ? null : ExtendedPort(reply.Text) ?? PassivePort(reply.Text);

    // (|||6446|), the delimiter being any character.
    private static int? ExtendedPort(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || open + 5 >= text.Length)
            return null;
        var delimiter = text[open + 1];
        if (char.IsAsciiDigit(delimiter))
            return null;
        var parts = text[(open + 1)..].Split(delimiter);
        return parts.Length >= 5 && FtpTimes.TryNumber(parts[3], out var port) && port is >= 1 and <= 65535 ? port : null;
    }

    // h1,h2,h3,h4,p1,p2 wherever it stands (RFC 1123 4.1.2.6); ffftp has met dots for commas.
    private static int? PassivePort(string text)
    {
        var digit = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (digit < 0)
            return null;
        var end = text.AsSpan(digit).IndexOfAnyExcept(SixNumbers);
        var parts = (end < 0 ? text[digit..] : text.Substring(digit, end))
            .Split([',', '.', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 6 || !FtpTimes.TryNumber(parts[4], out var high) || !FtpTimes.TryNumber(parts[5], out var low))
            return null;
        var port = (high * 256) + low;
        return high <= 255 && low <= 255 && port > 0 ? port : null;
    }
}
