using System.Net;
using System.Net.Sockets;

namespace AppUpdater.Transport.Network;

/// <summary>Connects without a proxy, within a time-out.</summary>
internal sealed class DirectConnector(TimeSpan timeout) : IConnector
{
    public Task<NetworkStream> ConnectAsync(string host, int port, CancellationToken ct) =>
        ConnectAsync(new DnsEndPoint(host, port), $"{host}:{port}", ct);

    public Task<NetworkStream> ConnectBesideAsync(NetworkStream first, string host, int port, string shown, CancellationToken ct)
    {
        try
        {
            var peer = ((IPEndPoint)first.Socket.RemoteEndPoint!).Address;
            return ConnectAsync(new IPEndPoint(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer, port), shown, ct);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new UnreachableException($"{shown} was not asked: the connection before it is gone: {Wording.Of(e)}", e);
        }
    }

    /// <param name="target">A name or an address.</param>
    /// <param name="shown">What begins a message.</param>
    /// <param name="ct">Ends it.</param>
    internal async Task<NetworkStream> ConnectAsync(EndPoint target, string shown, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        Socket? socket = null;
        try
        {
            // Without a family: both, as the name resolves.
            socket = target is IPEndPoint
                ? new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.NoDelay = true;
            await socket.ConnectAsync(target, deadline.Token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            socket = null;
            return stream;
        }
        catch (SocketException e)
        {
            // A name that does not exist is a typo, or there is no network at all: waiting some seconds helps neither.
            var transient = e.SocketErrorCode is not (SocketError.HostNotFound or SocketError.NoData);
            throw new UnreachableException($"{shown} can't be reached: {Wording.Of(e)}. Check address and network.", transient, e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new UnreachableException($"{shown} did not take the connection within {timeout.TotalSeconds:0.#} s.", e);
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
