namespace AppUpdater.Transport.Ftp;

/// <summary>
/// The reply to an EPSV that was sent along with something else, for the next transfer: it saves that one a round trip. For one caller at
/// a time.
/// </summary>
internal sealed class FtpPassiveAhead(FtpServer server, FtpControl control)
{
    /// <summary>Some servers close a port that nobody came to, after 60 s or less (vsftpd accept_timeout counts from the transfer only).</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(20);

    private FtpExchange? _exchange;
    private FtpReply? _reply;
    private long _since;

    /// <summary>Whether there may be one, not too old.</summary>
    internal bool IsThere => (_exchange is not null || _reply is not null) && server.Options.Clock.GetElapsedTime(_since) <= GoodFor;

    internal void Keep(FtpReply? reply) => (_reply, _since) = (reply, server.Options.Clock.GetTimestamp());

    internal void Keep(FtpExchange exchange) => (_exchange, _since) = (exchange, server.Options.Clock.GetTimestamp());

    /// <summary>A command in between may have made it void. Its reply is still taken, and forgotten.</summary>
    internal void Drop() => (_exchange, _reply) = (null, null);

    /// <summary>The transfer before it, where there was one, has ended: it grows old from now on.</summary>
    internal void Age() => _since = _exchange is null ? _since : server.Options.Clock.GetTimestamp();

    /// <summary>The reply, once only; null where there is none, it is too old, or a refusal that may pass.</summary>
    internal async Task<FtpReply?> TakeAsync(CancellationToken ct)
    {
        var (exchange, reply) = (_exchange, _reply);
        Drop();
        if (server.Options.Clock.GetElapsedTime(_since) > GoodFor)
            return null;
        if (exchange is null)
            return reply is { IsTransientFailure: true } ? null : reply;
        var sent = await control.WaitAsync(exchange, ct).ConfigureAwait(false);
        return sent.IsSuccess ? sent : null;
    }
}
