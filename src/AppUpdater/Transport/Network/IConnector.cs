using System.Net.Sockets;

namespace AppUpdater.Transport.Network;

/// <summary>Opens TCP connections to one server, straight or through a proxy. Safe for concurrent use.</summary>
/// <exception cref="UnreachableException">The server or the proxy can't be reached, refuses, or takes too long.</exception>
internal interface IConnector
{
    /// <summary>What stands between, for messages: "the proxy http://…"; null where nothing does.</summary>
    string? Proxy => null;

    /// <summary>To the server by name: all its addresses are tried.</summary>
    Task<NetworkStream> ConnectAsync(string host, int port, CancellationToken ct);

    /// <summary>
    /// To where an earlier connection leads, on another port: to its very address, since a name may have several (jlaffaye/ftp).
    /// </summary>
    /// <param name="first">The earlier connection, from <see cref="ConnectAsync"/>.</param>
    /// <param name="host">The host it was opened to.</param>
    /// <param name="port">The other port.</param>
    /// <param name="shown">For messages: "The data port 50001 of ftp.example.org:21".</param>
    /// <param name="ct">Ends it.</param>
    Task<NetworkStream> ConnectBesideAsync(NetworkStream first, string host, int port, string shown, CancellationToken ct);
}
