using System.Net.Sockets;
using AppUpdater.Transport.Network;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// What a control connection goes over, with TLS up where the location asks for it (RFC 4217): before the greeting for ftps+implicit://, after
/// it for ftps://. Never without: a server that refuses AUTH gets neither user nor password (CVE-2021-22946).
/// </summary>
/// <param name="Socket">The connection.</param>
/// <param name="Stream">What to speak over: the socket, or TLS on it.</param>
/// <param name="Tls">For its data connections; null in the clear.</param>
/// <param name="Greeting">Where it had to be read before TLS. One that is no success came instead of TLS; the connection is of no more use.</param>
internal sealed record FtpConnection(NetworkStream Socket, Stream Stream, FtpTls? Tls, FtpReply? Greeting) : IDisposable
{
    internal static async Task<FtpConnection> ConnectAsync(FtpServer server, CancellationToken ct)
    {
        var socket = await server.Connector.ConnectAsync(server.Location.Host, server.Location.Port, ct).ConfigureAwait(false);
        try
        {
            TcpKeepAlive.Set(socket.Socket);
            if (server.Trust is not null)
                return await SecureAsync(server, socket, ct).ConfigureAwait(false);
            return new FtpConnection(socket, socket, null, null);
        }
        catch (SocketException e)
        {
            await socket.DisposeAsync().ConfigureAwait(false);
            throw server.Unreachable($"took the connection and closed it at once: {Wording.Of(e)}", e);
        }
        catch
        {
            await socket.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says goodbye where that is possible without waiting.</summary>
    internal void Leave(ILogger log)
    {
        try
        {
            Socket.Socket.Blocking = false;
            Stream.Write("QUIT\r\n"u8);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            log.LogDebug("QUIT could not be sent: {Reason}", e.Message);
        }
    }

    /// <summary>The socket comes first: whoever still reads or writes is cut off before TLS is torn down.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        Stream.Dispose();
        Tls?.Dispose();
    }

    private static async Task<FtpConnection> SecureAsync(FtpServer server, NetworkStream socket, CancellationToken ct)
    {
        FtpReply? greeting = null;
        if (server.Location.Scheme == RemoteScheme.Ftps)
        {
            greeting = await AskAsync(server, socket, ct).ConfigureAwait(false);
            if (!greeting.IsSuccess)
                return new FtpConnection(socket, socket, null, greeting);
        }

        var tls = new FtpTls(server, server.Trust!);
        try
        {
            var stream = await tls.SecureAsync(socket, server.Address, ct).ConfigureAwait(false);
            server.Options.Log.LogDebug("{Server}: {Version}, {Cipher}", server.Address, stream.SslProtocol, stream.NegotiatedCipherSuite);
            return new FtpConnection(socket, stream, tls, greeting);
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    /// <summary>Greeting and AUTH. The greeting comes back; where it is no success, AUTH was not sent.</summary>
    private static async Task<FtpReply> AskAsync(FtpServer server, NetworkStream socket, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(server.Options.ReplyTimeout);
        var reader = new FtpReplyReader(socket, server.Address);
        try
        {
            var greeting = await TakeAsync(server, reader, deadline.Token).ConfigureAwait(false);
            if (!greeting.IsSuccess)
                return greeting;
            server.Options.Log.LogDebug("{Server} <- AUTH TLS", server.Address);
            await socket.WriteAsync("AUTH TLS\r\n"u8.ToArray(), deadline.Token).ConfigureAwait(false);
            var reply = await TakeAsync(server, reader, deadline.Token).ConfigureAwait(false);

            // 334 is RFC 2228's word for it, which curl takes as well.
            if (!reply.IsSuccess && reply.Code != 334)
                throw Refusal(server, reply);

            // Whoever sits between could put replies here that seem to come out of TLS (CVE-2021-22947).
            return !reader.HasMore
                ? greeting
                : throw new UntrustedException(
                    $"{server.Address} sent more after its answer to AUTH TLS, before TLS was up: someone may be tampering with the connection.");
        }
        catch (IOException e)
        {
            throw server.Unreachable($"broke the connection off before TLS was up: {Wording.Of(e)}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw server.Unreachable(
                $"did not get as far as TLS within {server.Options.ReplyTimeout.TotalSeconds:0.#} s. A server that waits for TLS at once, mostly "
                + $"on port 990, needs ftps+implicit:// in [server] url.",
                e);
        }
    }

    private static async Task<FtpReply> TakeAsync(FtpServer server, FtpReplyReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct).ConfigureAwait(false) is { } reply)
        {
            server.Options.Log.LogDebug("{Server} -> {Reply}", server.Address, reply);
            if (!reply.IsPreliminary)
                return reply;
        }

        throw server.Unreachable("closed the connection before TLS was up.");
    }

    private static UnreachableException Refusal(FtpServer server, FtpReply reply) => reply.Code == 421
        ? server.Unreachable($"is closing the connection: {reply}")
        : new UnreachableException(
            $"{server.Address} refused TLS: {reply}. User and password were not sent. Have TLS turned on at the server; ftp:// in [server] url "
            + $"would go without, for anybody on the way to read and change.",
            isTransient: false);
}
