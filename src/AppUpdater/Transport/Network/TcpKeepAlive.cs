using System.Net.Sockets;

namespace AppUpdater.Transport.Network;

/// <summary>
/// Probes on silent connections. A long transfer leaves its control connection silent, and some routers forget it then; a peer that is gone
/// shows after two minutes. The system's own first probe comes after two hours (RFC 1122 4.2.3.6).
/// </summary>
internal static class TcpKeepAlive
{
    private const int FirstAfterSeconds = 60;
    private const int ThenEverySeconds = 15;
    private const int LostAfter = 4;

    /// <exception cref="SocketException">The connection was closed at once.</exception>
    internal static void Set(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, FirstAfterSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ThenEverySeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, LostAfter);
    }
}
