namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Begins transfers over one control connection: the data connection first, then the command, with as much in one write as the server
/// stands. For one caller at a time.
/// </summary>
/// <param name="server">What is known of the server.</param>
/// <param name="control">The connection.</param>
/// <param name="roundTrip">How long a round trip took when it was connected.</param>
internal sealed class FtpTransfers(FtpServer server, FtpControl control, TimeSpan roundTrip)
{
    private readonly FtpPassiveAhead _ahead = new(server, control);
    private bool _restMayStick;

    /// <summary>Transfers begun so far.</summary>
    internal int Count { get; private set; }

    /// <summary>The reply to an EPSV that went out with other commands, for the next transfer.</summary>
    internal void Keep(FtpReply? passive) => _ahead.Keep(passive);

    /// <summary>Another command comes before the next transfer.</summary>
    internal void Drop() => _ahead.Drop();

    /// <summary>The caller is done with the connection for now.</summary>
    internal void SetAside() => _ahead.Age();

    /// <summary>
    /// Sends a command that is answered over a data connection, and has its first reply. The channel is null where the server refused at
    /// once and was told of none.
    /// </summary>
    /// <param name="command">RETR or a listing.</param>
    /// <param name="span">Where it is whole, the next transfer's port is asked for along with it, as far as the order allows.</param>
    /// <param name="ct">Ends it.</param>
    internal async Task<(FtpExchange Exchange, FtpDataChannel? Data)> BeginReadingAsync(FtpCommand command, FtpSpan span, CancellationToken ct)
    {
        // The first transfer is often the only one, and waits for nothing; with REST there is one that broke before.
        var isPlain = span.IsWhole && !_restMayStick && !server.EpsvFails && !server.OneAtATime;
        if (Count++ > 0 && isPlain && !span.IsAlone && server.Order.TryProbe() && await ProbeAsync(command, ct).ConfigureAwait(false) is { } probed)
            return probed;

        var data = await (span.Offset > 0 ? OpenDataAtAsync(span.Offset, ct) : OpenDataAsync(ct)).ConfigureAwait(false);
        try
        {
            var asksAhead = isPlain && server.Order.IsKept;
            var sent = await control.SendTransferAsync(asksAhead ? [command, new FtpCommand("EPSV")] : [command], ct).ConfigureAwait(false);
            if (asksAhead)
                _ahead.Keep(sent[1]);
            return (sent[0], data);
        }
        catch
        {
            await data.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins STOR or APPE, or brings the reply that refused it.</summary>
    internal async Task<(FtpTransfer? Transfer, FtpReply? Refusal)> BeginWritingAsync(FtpCommand command, long offset, CancellationToken ct)
    {
        Count++;
        var data = await OpenDataAsync(ct).ConfigureAwait(false);
        try
        {
            var exchange = await control.SendTransferAsync(command, ct).ConfigureAwait(false);
            var first = await exchange.First.ConfigureAwait(false);
            if (first.IsPreliminary || first.IsSuccess)
            {
                await data.SecureAsync(ct).ConfigureAwait(false);
                return (new FtpTransfer(control, exchange, data, offset), null);
            }

            var refusal = data.RefusalOf(exchange);
            await data.DisposeAsync().ConfigureAwait(false);
            return refusal is null ? (null, first) : throw refusal;
        }
        catch
        {
            await data.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks for the next transfer's port where that is not known yet.</summary>
    internal async Task AskAheadAsync(CancellationToken ct)
    {
        if (!_ahead.IsThere && !server.EpsvFails && !server.OneAtATime)
            await AskBeforeAsync([], ct).ConfigureAwait(false);
    }

    /// <summary>Sends commands, with the question for the next transfer's port in the same write.</summary>
    internal async Task<FtpReply[]> AskBeforeAsync(FtpCommand[] commands, CancellationToken ct)
    {
        // Some servers keep REST beyond the transfer that it was for (lftp sends the same).
        FtpCommand[] reset = _restMayStick ? [new FtpCommand("REST", "0")] : [];
        FtpCommand[] passive = server.EpsvFails ? [] : [new FtpCommand("EPSV")];
        _ahead.Drop();
        var replies = await control.SendAllAsync([.. reset, .. commands, .. passive], ct).ConfigureAwait(false);
        _restMayStick = false;
        if (passive.Length > 0)
            _ahead.Keep(replies[^1]);
        return replies[reset.Length..^passive.Length];
    }

    private async Task<FtpDataChannel> OpenDataAsync(CancellationToken ct)
    {
        if (_restMayStick)
            await AskBeforeAsync([], ct).ConfigureAwait(false);
        return await FtpPassive.OpenAsync(control, server, await _ahead.TakeAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);
    }

    /// <summary>
    /// A data connection, and REST right before its transfer (RFC 3659 5.3). Where the port is known and such ports open, so that nothing can
    /// come between them, REST is answered while it opens.
    /// </summary>
    private async Task<FtpDataChannel> OpenDataAtAsync(long offset, CancellationToken ct)
    {
        if (_restMayStick)
            await AskBeforeAsync([], ct).ConfigureAwait(false);
        var passive = await _ahead.TakeAsync(ct).ConfigureAwait(false);
        var rest = new FtpCommand("REST", $"{offset}");
        _restMayStick = true;
        if (passive is null || FtpPassive.PortOf(passive) is not { } port || server is not { DataOpens: true, EpsvFails: false, OneAtATime: false })
        {
            return await RequireRestAsync(
                await FtpPassive.OpenAsync(control, server, passive, ct).ConfigureAwait(false), rest, control.SendAsync(rest, ct)).ConfigureAwait(false);
        }

        var sent = await control.BeginAsync([rest], ct).ConfigureAwait(false);
        return await RequireRestAsync(await control.OpenDataAsync(port, ct).ConfigureAwait(false), rest, control.WaitAsync(sent[0], ct)).ConfigureAwait(false);
    }

    private async Task<FtpDataChannel> RequireRestAsync(FtpDataChannel data, FtpCommand rest, Task<FtpReply> answer)
    {
        try
        {
            var reply = await answer.ConfigureAwait(false);
            return reply.IsIntermediate ? data : throw server.Refusal(reply, rest.ToString());
        }
        catch
        {
            await data.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<(FtpExchange Exchange, FtpDataChannel? Data)?> ProbeAsync(FtpCommand command, CancellationToken ct)
    {
        var passive = await AskBeforeProbeAsync(ct).ConfigureAwait(false);
        var probed = await new FtpProbe(server, control, roundTrip).RunAsync(command, passive, ct).ConfigureAwait(false);
        if (probed is not var (exchange, data))
        {
            _ahead.Keep(passive);
            return null;
        }

        try
        {
            var first = await control.WaitAsync(exchange.First, exchange.Command, server.Options.ReplyTimeout, ct).ConfigureAwait(false);
            if (data is not null)
                return probed;

            // Success before there was a data connection is no success of ours: what there is to send, even if that is nothing, is asked for
            // anew. Begun and failed meanwhile: there are servers that don't wait for it, and nothing is known of what was asked for.
            var final = await exchange.Final.ConfigureAwait(false);
            if (final.IsSuccess)
                return null;
            return !first.IsPreliminary
                ? probed
                : throw server.Unreachable($"answered {final} to {command} before there was a data connection.");
        }
        catch
        {
            if (data is not null)
                await data.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<FtpReply> AskBeforeProbeAsync(CancellationToken ct)
    {
        try
        {
            return await _ahead.TakeAsync(ct).ConfigureAwait(false) ?? await control.SendAsync(new FtpCommand("EPSV"), ct).ConfigureAwait(false);
        }
        catch
        {
            server.Order.Probed(isKept: false);
            throw;
        }
    }
}
