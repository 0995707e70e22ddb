using System.Net;
using System.Net.Sockets;

namespace AppUpdater.Transport.Ftp;

/// <summary>Connects within a time-out.</summary>
internal static class FtpSocket
{
    /// <summary>To a host by name: all its addresses are tried.</summary>
    internal static Task<NetworkStream> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken ct) =>
        ConnectAsync(new DnsEndPoint(host, port), $"{host}:{port}", timeout, ct);

    /// <summary>To the very address of the control connection: a name may have several (jlaffaye/ftp).</summary>
    internal static Task<NetworkStream> ConnectAsync(IPAddress address, int port, string shown, TimeSpan timeout, CancellationToken ct) =>
        ConnectAsync(new IPEndPoint(address, port), shown, timeout, ct);

    private static async Task<NetworkStream> ConnectAsync(EndPoint target, string shown, TimeSpan timeout, CancellationToken ct)
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
            throw new UnreachableException($"{shown} can't be reached: {e.Message}. Check address and network.", transient, e);
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
