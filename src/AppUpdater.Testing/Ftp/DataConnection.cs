using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace AppUpdater.Testing.Ftp;

/// <summary>A passive port, and the one data connection that comes to it.</summary>
internal sealed class DataConnection : IDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly IPAddress _peer;
    private Socket? _socket;
    private Stream? _stream;

    /// <summary>Listens beside the control connection, for its client alone.</summary>
    internal DataConnection(ControlConnection control)
    {
        _peer = control.Peer;
        _listener = new TcpListener(control.Local.Address, 0);
        _listener.Start();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private Stream Stream => _stream ?? throw new InvalidOperationException("The data connection is not open.");

    /// <summary>Waits for the client; false where it does not come. Strangers are turned away: a guessed port must not yield a file.</summary>
    internal async Task<bool> OpenAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(ConnectWithin);
        try
        {
            while (_socket is null)
            {
                var socket = await _listener.AcceptSocketAsync(patience.Token).ConfigureAwait(false);
                if (((IPEndPoint)socket.RemoteEndPoint!).Address.Equals(_peer))
                    _socket = socket;
                else
                    socket.Dispose();
            }

            _stream = new NetworkStream(_socket, ownsSocket: true);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            _listener.Stop();
        }
    }

    /// <summary>From here on all is encrypted.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The handshake failed.</exception>
    internal async Task SecureAsync(ServerTls tls, CancellationToken ct) => _stream = await tls.SecureAsync(Stream, ct).ConfigureAwait(false);

    internal ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => Stream.WriteAsync(bytes, ct);

    internal ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct) => Stream.ReadAsync(buffer, ct);

    /// <summary>Returns when the client closes its side.</summary>
    internal async Task WaitForCloseAsync(CancellationToken ct)
    {
        var buffer = new byte[256];
        while (await Stream.ReadAsync(buffer, ct).ConfigureAwait(false) > 0)
        {
        }
    }

    /// <summary>Ends the data; all that was sent arrives. Under TLS that end is told first, unless it is to look like a cut.</summary>
    internal async Task FinishAsync(bool isTold)
    {
        try
        {
            if (isTold && _stream is SslStream secure)
                await secure.ShutdownAsync().ConfigureAwait(false);
            _socket?.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException)
        {
            return; // the client was faster
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket?.Dispose();
        _listener.Dispose();
    }
}
