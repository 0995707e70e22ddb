using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>A logged-in connection and its verbs. Paths are full server paths. For one caller at a time.</summary>
internal sealed class FtpSession : IDisposable
{
    private const int MaxListingBytes = 64 * 1024 * 1024;

    private readonly FtpControl _control;

    // Asked for with the login: a connection is opened to transfer something, and this saves it a round trip.
    private FtpReply? _passive;

    private FtpSession(FtpServer server, FtpControl control)
    {
        Server = server;
        _control = control;
    }

    internal FtpServer Server { get; }

    internal bool IsReusable => _control.State == FtpControlState.Ready;

    /// <summary>Connects; <see cref="LogInAsync"/> comes next.</summary>
    internal static async Task<FtpSession> ConnectAsync(FtpServer server, CancellationToken ct) =>
        new(server, await FtpControl.ConnectAsync(server, ct).ConfigureAwait(false));

    /// <summary>Logs in. A reply comes back where the server has as many connections as it wants; nothing else is wrong then.</summary>
    internal async Task<FtpReply?> LogInAsync(CancellationToken ct)
    {
        var login = await new FtpLogin(Server, _control).RunAsync(ct).ConfigureAwait(false);
        _passive = login.Passive;
        return login.Full;
    }

    /// <summary>Opens a file at an offset. The reply to REST proves nothing: all servers take any offset and fail at RETR.</summary>
    internal async Task<FtpDataStream> OpenReadAsync(string path, long offset, CancellationToken ct)
    {
        var data = await OpenDataAsync(ct).ConfigureAwait(false);
        try
        {
            if (offset > 0)
            {
                // Right before its transfer (RFC 3659 5.3).
                var reply = await _control.SendAsync(new FtpCommand("REST", $"{offset}"), ct).ConfigureAwait(false);
                if (!reply.IsIntermediate)
                    throw Server.Refusal(reply, $"REST {offset}");
            }

            return await TransferAsync(new FtpCommand("RETR", path), data, offset, ct).ConfigureAwait(false);
        }
        catch
        {
            await data.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The bytes of a listing, or the reply that refused it.</summary>
    internal async Task<(byte[]? Listing, FtpReply? Refusal)> ListAsync(FtpCommand command, CancellationToken ct)
    {
        var data = await OpenDataAsync(ct).ConfigureAwait(false);
        await using (data.ConfigureAwait(false))
        {
            var exchange = await _control.SendTransferAsync(command, ct).ConfigureAwait(false);
            var first = await exchange.First.ConfigureAwait(false);
            if (!first.IsPreliminary && !first.IsSuccess)
                return (null, first);

            // Some servers answer an empty folder with a 2xx at once and never use the data connection.
            if (first.IsSuccess)
                return ([], null);
            await data.SecureAsync(ct).ConfigureAwait(false);
            var stream = new FtpDataStream(Server, new FtpTransfer(_control, exchange, data, Offset: 0));
            await using (stream.ConfigureAwait(false))
                return (await ReadAllAsync(stream, command, ct).ConfigureAwait(false), null);
        }
    }

    internal Task<FtpReply> SendAsync(FtpCommand command, CancellationToken ct)
    {
        _passive = null;
        return _control.SendAsync(command, ct);
    }

    internal Task<FtpReply[]> SendAllAsync(FtpCommand[] commands, CancellationToken ct)
    {
        _passive = null;
        return _control.SendAllAsync(commands, ct);
    }

    /// <summary>Whether a connection that was left alone for long is still there.</summary>
    internal async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            return (await _control.SendAsync(new FtpCommand("NOOP"), ct).ConfigureAwait(false)).IsSuccess;
        }
        catch (UpdateException e)
        {
            Server.Options.Log.LogDebug("{Server}: an idle connection is gone: {Reason}", Server.Address, e.Message);
            return false;
        }
    }

    public void Dispose() => _control.Dispose();

    private Task<FtpDataChannel> OpenDataAsync(CancellationToken ct)
    {
        var early = _passive;
        _passive = null;
        return FtpPassive.OpenAsync(_control, Server, early, ct);
    }

    private async Task<FtpDataStream> TransferAsync(FtpCommand command, FtpDataChannel data, long offset, CancellationToken ct)
    {
        var exchange = await _control.SendTransferAsync(command, ct).ConfigureAwait(false);
        var first = await exchange.First.ConfigureAwait(false);
        if (!first.IsPreliminary && !first.IsSuccess)
            throw Server.Refusal(first, command.ToString());
        await data.SecureAsync(ct).ConfigureAwait(false);
        return new FtpDataStream(Server, new FtpTransfer(_control, exchange, data, offset));
    }

    private async Task<byte[]> ReadAllAsync(FtpDataStream stream, FtpCommand command, CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        var count = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(count), ct).ConfigureAwait(false)) > 0)
        {
            count += read;
            if (count == MaxListingBytes)
                throw new UntrustedException($"{Server.Address} sent more than {MaxListingBytes >> 20} MiB for {command}.");
            if (count == buffer.Length)
                Array.Resize(ref buffer, Math.Min(MaxListingBytes, buffer.Length * 2));
        }

        await stream.CompleteAsync(ct).ConfigureAwait(false);
        return buffer[..count];
    }
}
