using System.Net.Sockets;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// A data connection. Opened before its transfer command is sent, secured after (ProFTPD and Pure-FTPd answer the handshake only then,
/// jlaffaye/ftp #282), and closed in the order that its direction needs.
/// </summary>
internal sealed class FtpDataChannel(NetworkStream socket, FtpTls? tls, string shown) : IAsyncDisposable, IDisposable
{
    /// <summary>The bytes of the transfer.</summary>
    internal Stream Stream { get; private set; } = socket;

    /// <summary>The TLS handshake, where data is protected; call once the transfer command is sent, also where nothing is to be sent.</summary>
    internal async Task SecureAsync(CancellationToken ct)
    {
        if (tls is not null)
            Stream = await tls.SecureAsync(socket, shown, ct).ConfigureAwait(false);
    }

    /// <summary>After the last byte was read: closes, before the final reply is awaited (ProFTPD sends it only then).</summary>
    internal ValueTask EndReadingAsync() => Stream.DisposeAsync();

    /// <summary>After the last byte was written: tells the server so, and closes.</summary>
    internal ValueTask EndWritingAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        socket.Socket.Shutdown(SocketShutdown.Send);
        return Stream.DisposeAsync();
    }

    public void Dispose() => Stream.Dispose();

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
