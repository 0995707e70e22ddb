using System.Net;
using System.Net.Sockets;

namespace AppUpdater.Testing.Ftp;

/// <summary>A passive port, and the one data connection that comes to it.</summary>
internal sealed class DataConnection : IDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly IPAddress _peer;
    private Socket? _socket;

    /// <summary>Listens beside the control connection, for its client alone.</summary>
    internal DataConnection(ControlConnection control)
    {
        _peer = control.Peer;
        _listener = new TcpListener(control.Local.Address, 0);
        _listener.Start();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal Socket Socket => _socket ?? throw new InvalidOperationException("The data connection is not open.");

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

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await Socket.SendAsync(bytes, ct).ConfigureAwait(false)..];
    }

    /// <summary>Returns when the client closes its side.</summary>
    internal async Task WaitForCloseAsync(CancellationToken ct)
    {
        var buffer = new byte[256];
        while (await Socket.ReceiveAsync(buffer, ct).ConfigureAwait(false) > 0)
        {
        }
    }

    /// <summary>Ends the data; all that was sent arrives.</summary>
    internal void Finish()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            return; // the client was faster
        }
        finally
        {
            Socket.Dispose();
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _listener.Dispose();
    }
}
