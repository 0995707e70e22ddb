using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>A logged-in connection and its verbs. Paths are full server paths. For one caller at a time.</summary>
internal sealed class FtpSession : IDisposable
{
    internal const int MostTransfers = 500;

    private static readonly TimeSpan OldestAge = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LeavesWithin = TimeSpan.FromSeconds(2);

    private readonly FtpControl _control;
    private readonly FtpTransfers _transfers;
    private readonly long _since;
    private bool _agreed;

    private FtpSession(FtpServer server, FtpControl control, TimeSpan roundTrip)
    {
        Server = server;
        _control = control;
        _transfers = new FtpTransfers(server, control, roundTrip);
        _since = server.Options.Clock.GetTimestamp();
    }

    internal FtpServer Server { get; }

    internal bool IsReusable => _control is { State: FtpControlState.Ready, Farewell: null };

    /// <summary>
    /// Old enough to be replaced: TLS tickets expire (ProFTPD #1931: uploads of 0 bytes), and FluentFTP does so after 750 exchanges. Or used up
    /// by an upload: the server would refuse the next data connection.
    /// </summary>
    internal bool IsWorn => _control.Tls is { IsSpent: true } || _transfers.Count >= MostTransfers || Server.Options.Clock.GetElapsedTime(_since) > OldestAge;

    /// <summary>The server ended the connection, saying that it has too many.</summary>
    internal bool WasOneTooMany => _control.Farewell is { } farewell && FtpServer.SaysTooMany(farewell);

    /// <inheritdoc cref="FtpControl.Peer"/>
    internal IPAddress? Peer => _control.Peer;

    /// <summary>Connects; <see cref="LogInAsync"/> comes next.</summary>
    internal static async Task<FtpSession> ConnectAsync(FtpServer server, CancellationToken ct)
    {
        var clock = server.Options.Clock;
        var started = clock.GetTimestamp();
        var control = await FtpControl.ConnectAsync(server, ct).ConfigureAwait(false);
        return new FtpSession(server, control, clock.GetElapsedTime(started));
    }

    /// <summary>What the server says first; a login waits for it by itself.</summary>
    internal Task<FtpReply> HearGreetingAsync(CancellationToken ct) => _control.WaitAsync(_control.Greeting, ct);

    /// <summary>Logs in. A reply comes back where the server has as many connections as it wants; nothing else is wrong then.</summary>
    internal async Task<FtpReply?> LogInAsync(CancellationToken ct)
    {
        var login = await new FtpLogin(Server, _control).RunAsync(ct).ConfigureAwait(false);
        _transfers.Keep(login.Passive);
        return login.Full;
    }

    /// <summary>
    /// Knows what the server can, and agrees on the facts of listings. Not part of the login: reading a file needs none of it, and vsftpd's
    /// many short lines cost a round trip more than one (Nagle's algorithm, RFC 896).
    /// </summary>
    internal async Task LearnFeaturesAsync(CancellationToken ct)
    {
        if (_agreed)
            return;
        if (Server.Features is not { } features)
        {
            var reply = await _control.SendAsync(new FtpCommand("FEAT"), ct).ConfigureAwait(false);
            Server.Features = features = FtpFeatures.Parse(reply, await _control.Greeting.Final.ConfigureAwait(false));
        }

        if (features.MlstNeedsOptions)
            await _control.SendAsync(new FtpCommand("OPTS", "MLST type;size;modify;"), ct).ConfigureAwait(false);
        _agreed = true;
    }

    /// <summary>Opens a file at an offset, to its end or for a length. The reply to REST proves nothing: all servers take any offset and fail at RETR.</summary>
    internal async Task<FtpDataStream> OpenReadAsync(string path, FtpSpan span, CancellationToken ct)
    {
        if (span.IsUnlikely)
            await RequireThereAsync(path, ct).ConfigureAwait(false);
        var command = new FtpCommand("RETR", path);
        var (exchange, data) = await _transfers.BeginReadingAsync(command, span, ct).ConfigureAwait(false);
        try
        {
            var first = await exchange.First.ConfigureAwait(false);
            if (data is null || (!first.IsPreliminary && !first.IsSuccess))
                throw data?.RefusalOf(exchange) ?? Server.Refusal(first, command.ToString());
            await data.SecureAsync(ct).ConfigureAwait(false);
            return new FtpDataStream(Server, new FtpTransfer(_control, exchange, data, span.Offset) { Length = span.Length });
        }
        catch
        {
            if (data is not null)
                await data.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The bytes of a listing, or the reply that refused it.</summary>
    internal async Task<(byte[]? Listing, FtpReply? Refusal)> ListAsync(FtpCommand command, CancellationToken ct)
    {
        var (exchange, data) = await _transfers.BeginReadingAsync(command, FtpSpan.Whole, ct).ConfigureAwait(false);
        using (data)
        {
            var first = await exchange.First.ConfigureAwait(false);
            if (!first.IsPreliminary && !first.IsSuccess)
                return data?.RefusalOf(exchange) is { } refusal ? throw refusal : (null, first);

            // Some servers answer an empty folder with a 2xx at once and never use the data connection.
            if (first.IsSuccess || data is null)
                return ([], null);
            await data.SecureAsync(ct).ConfigureAwait(false);
            var stream = new FtpDataStream(Server, new FtpTransfer(_control, exchange, data, Offset: 0));
            await using (stream.ConfigureAwait(false))
                return (await ReadAllAsync(stream, command, ct).ConfigureAwait(false), null);
        }
    }

    internal Task<FtpReply> SendAsync(FtpCommand command, CancellationToken ct)
    {
        _transfers.Drop();
        return _control.SendAsync(command, ct);
    }

    internal Task<FtpReply[]> SendAllAsync(FtpCommand[] commands, CancellationToken ct)
    {
        _transfers.Drop();
        return _control.SendAllAsync(commands, ct);
    }

    /// <inheritdoc cref="FtpTransfers.BeginWritingAsync"/>
    internal Task<(FtpTransfer? Transfer, FtpReply? Refusal)> BeginWritingAsync(FtpCommand command, long offset, CancellationToken ct) =>
        _transfers.BeginWritingAsync(command, offset, ct);

    /// <inheritdoc cref="FtpTransfers.AskBeforeAsync"/>
    internal Task<FtpReply[]> SendAllBeforeTransferAsync(FtpCommand[] commands, CancellationToken ct) => _transfers.AskBeforeAsync(commands, ct);

    /// <inheritdoc cref="FtpTransfers.AskAheadAsync"/>
    internal Task AskAheadAsync(CancellationToken ct) => _transfers.AskAheadAsync(ct);

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

    /// <summary>Says goodbye and waits until the server has let go of the connection: only then does it take another in its place.</summary>
    internal async Task LeaveAsync(CancellationToken ct)
    {
        try
        {
            var sent = await _control.BeginAsync([new FtpCommand("QUIT")], ct).ConfigureAwait(false);
            await _control.WaitAsync(sent[0].Final, sent[0].Command, LeavesWithin, ct).ConfigureAwait(false);
            _control.Poison(Server.Unreachable("was left."));
        }
        catch (UnreachableException e)
        {
            Server.Options.Log.LogDebug("{Server}: it did not say goodbye: {Reason}", Server.Address, e.Message);
        }
    }

    /// <summary>What came can't be trusted to be the answer to what was asked: not to be used again.</summary>
    internal void Break(Wording why) => _control.Poison(Server.Unreachable(why));

    /// <summary>The caller is done with it for now.</summary>
    internal void SetAside() => _transfers.SetAside();

    public void Dispose() => _control.Dispose();

    /// <summary>In one round trip, where RETR's own refusal takes three; the port for what comes next is asked for along with it.</summary>
    private async Task RequireThereAsync(string path, CancellationToken ct)
    {
        var size = new FtpCommand("SIZE", path);
        var replies = await _transfers.AskBeforeAsync([size], ct).ConfigureAwait(false);
        if (replies[0].Code == 550)
            throw Server.Refusal(replies[0], size.ToString());
    }

    private async Task<byte[]> ReadAllAsync(FtpDataStream stream, FtpCommand command, CancellationToken ct)
    {
        // Rented: a tree has thousands of folders, most of them of a few hundred bytes.
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var count = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(count), ct).ConfigureAwait(false)) > 0)
            {
                count += read;
                if (count >= ListingLimits.MaxBytes)
                    throw new UntrustedException($"{Server.Address} sent more than {ListingLimits.MaxBytes >> 20} MiB for {command}.");
                if (count == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            await stream.CompleteAsync(ct).ConfigureAwait(false);
            return buffer[..count];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
