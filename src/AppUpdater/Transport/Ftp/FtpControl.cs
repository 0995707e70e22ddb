using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using AppUpdater.Transport.Network;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

internal enum FtpControlState { Ready, InTransfer, Poisoned }

/// <summary>
/// A control connection: commands go out, replies come back in order to a queue of those who expect them, so that one command or ten in
/// one write are the same code. Whatever breaks that order poisons it, and a poisoned connection is never used again.
/// For one caller at a time.
/// </summary>
internal sealed class FtpControl : IDisposable
{
    private readonly FtpServer _server;
    private readonly FtpConnection _connection;
    private readonly Stream _stream;
    private readonly FtpReplyQueue _replies;

    private FtpControl(FtpServer server, FtpConnection connection)
    {
        _server = server;
        _connection = connection;
        _stream = connection.Stream;
        _replies = new FtpReplyQueue(server);
        Greeting = new FtpExchange("the greeting");
        _replies.Expect([Greeting], isTransfer: false);
        if (connection.Greeting is { } greeting && _replies.Take(greeting) is var refusal && (refusal is not null || !greeting.IsSuccess))
            Poison(refusal ?? server.Unreachable($"greeted with {greeting}."));
    }

    /// <summary>For data connections; null in the clear.</summary>
    internal FtpTls? Tls => _connection.Tls;

    /// <summary>What the connection leads to: the server, or a proxy before it. Null where it is gone.</summary>
    internal IPAddress? Peer
    {
        get
        {
            try
            {
                return (_connection.Socket.Socket.RemoteEndPoint as IPEndPoint)?.Address;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return null;
            }
        }
    }

    internal ILogger Log => _server.Options.Log;

    internal FtpExchange Greeting { get; }

    /// <summary>The transfer under way, or the one before.</summary>
    internal FtpExchange? LastTransfer => _replies.LastTransfer;

    /// <summary>The 421 with which the server ended the connection, or null.</summary>
    internal FtpReply? Farewell => _replies.Farewell;

    internal FtpControlState State => _replies.State;

    internal static async Task<FtpControl> ConnectAsync(FtpServer server, CancellationToken ct)
    {
        var control = new FtpControl(server, await FtpConnection.ConnectAsync(server, ct).ConfigureAwait(false));
        _ = control.TakeRepliesAsync();
        return control;
    }

    /// <summary>Opens a data connection to the port that a reply named, whatever address it named (CVE-2020-8284, CVE-2021-4189).</summary>
    internal async Task<FtpDataChannel> OpenDataAsync(int port, CancellationToken ct)
    {
        var shown = $"The data port {port} of {_server.Address}";
        var socket = await _server.Connector.ConnectBesideAsync(_connection.Socket, _server.Location.Host, port, shown, ct).ConfigureAwait(false);
        try
        {
            TcpKeepAlive.Set(socket.Socket);
            return new FtpDataChannel(this, socket, shown);
        }
        catch (SocketException e)
        {
            await socket.DisposeAsync().ConfigureAwait(false);
            throw new UnreachableException($"{shown} took the connection and closed it at once: {Wording.Of(e)}", e);
        }
    }

    /// <summary>Sends one command and waits for the reply that ends it.</summary>
    internal async Task<FtpReply> SendAsync(FtpCommand command, CancellationToken ct)
    {
        return await WaitAsync((await BeginAsync([command], ct).ConfigureAwait(false))[0], ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends commands in one write, which is safe for those that need no data connection, and waits for all replies; one by one where the
    /// server is known not to stand it.
    /// </summary>
    internal async Task<FtpReply[]> SendAllAsync(FtpCommand[] commands, CancellationToken ct)
    {
        var exchanges = _server.OneAtATime ? [] : await BeginAsync(commands, ct).ConfigureAwait(false);
        var replies = new FtpReply[commands.Length];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = exchanges.Length == 0
                ? await SendAsync(commands[i], ct).ConfigureAwait(false)
                : await WaitAsync(exchanges[i], ct).ConfigureAwait(false);
        }

        return replies;
    }

    /// <summary>Sends a command that uses a data connection. Until its final reply only NOOP may follow.</summary>
    internal async Task<FtpExchange> SendTransferAsync(FtpCommand command, CancellationToken ct) =>
        (await SendTransferAsync([command], ct).ConfigureAwait(false))[0];

    /// <summary>
    /// Sends a command that uses a data connection, and in the same write an EPSV that is answered after it: only where the server was shown
    /// to keep its order.
    /// </summary>
    internal async Task<FtpExchange[]> SendTransferAsync(FtpCommand[] commands, CancellationToken ct)
    {
        var sent = await BeginAsync(commands, ct, isTransfer: true).ConfigureAwait(false);
        await WaitAsync(sent[0].First, sent[0].Command, _server.Options.ReplyTimeout, ct).ConfigureAwait(false);
        return sent;
    }

    /// <summary>Waits for the reply that ends an exchange, as long as replies may take.</summary>
    internal Task<FtpReply> WaitAsync(FtpExchange exchange, CancellationToken ct) =>
        WaitAsync(exchange.Final, exchange.Command, _server.Options.ReplyTimeout, ct);

    /// <summary>Waits for a reply; a caller who gives up leaves the connection poisoned, since the reply would meet the next one.</summary>
    internal async Task<FtpReply> WaitAsync(Task<FtpReply> reply, string command, TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            return await reply.WaitAsync(timeout, ct).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            var failure = _server.Unreachable($"did not answer {command} within {timeout.TotalSeconds:0.#} s.", e);
            Poison(failure);
            throw failure;
        }
        catch (OperationCanceledException e)
        {
            Poison(e);
            throw;
        }
    }

    /// <summary>Ends the connection; whoever waits for a reply gets <paramref name="cause"/>.</summary>
    internal void Poison(Exception cause)
    {
        if (_replies.End(cause))
            _connection.Socket.Dispose();
    }

    /// <summary>Says goodbye where that is possible without waiting, and closes.</summary>
    public void Dispose()
    {
        if (State == FtpControlState.Ready)
            _connection.Leave(Log);
        Poison(new ObjectDisposedException(nameof(FtpControl)));
        _connection.Dispose();
    }

    /// <summary>Sends commands in one write and waits for nothing.</summary>
    internal async Task<FtpExchange[]> BeginAsync(FtpCommand[] commands, CancellationToken ct, bool isTransfer = false)
    {
        var bytes = commands.SelectMany(_server.Names.Encode).ToArray();
        var exchanges = Array.ConvertAll(commands, command => new FtpExchange(command.ToString()));
        _replies.Expect(exchanges, isTransfer);
        _server.Options.Log.LogDebug("{Server} <- {Commands}", _server.Address, string.Join(", ", exchanges.Select(exchange => exchange.Command)));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_server.Options.ReplyTimeout);
        try
        {
            await _stream.WriteAsync(bytes, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Poison(_server.Unreachable($"broke off while {exchanges[0].Command} was sent: {Wording.Of(e)}", e));
        }
        catch (OperationCanceledException e)
        {
            Poison(e);
            ct.ThrowIfCancellationRequested();
            throw _server.Unreachable($"did not take {exchanges[0].Command} in time.", e);
        }

        return exchanges;
    }

    private async Task TakeRepliesAsync()
    {
        var reader = new FtpReplyReader(_stream, _server.Address, _server.Password);
        try
        {
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } reply)
            {
                _server.Options.Log.LogDebug("{Server} -> {Reply}", _server.Address, reply);
                if (_replies.Take(reply) is { } refusal)
                {
                    Poison(refusal);
                    return;
                }
            }

            Poison(_server.Unreachable($"closed the connection{_replies.Awaited}."));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or AuthenticationException)
        {
            Poison(_server.Unreachable($"broke the connection off{_replies.Awaited}: {Wording.Of(e)}", e));
        }
        catch (UntrustedException e)
        {
            Poison(e);
        }
    }
}
