using System.Net.Sockets;

namespace AppUpdater.Transport.Ftp;

/// <summary>Says what to do where the server answers and its data ports do not. Pure.</summary>
internal static class FtpBlockedData
{
    /// <summary>
    /// Where no data connection has ever opened, a rule is missing somewhere and trying again within seconds changes nothing; where one
    /// has, this is a passing trouble.
    /// </summary>
    /// <param name="server">For its address, its proxy, and whether a data connection has ever opened.</param>
    /// <param name="tried">One or two: which command named which port, and why that did not open.</param>
    internal static UnreachableException Failure(FtpServer server, params (string Command, int Port, UnreachableException Reason)[] tried)
    {
        var last = tried[^1].Reason;
        if (server.DataOpens)
            return new UnreachableException(last.Wording, last.IsTransient, last);
        Wording closed = tried is [var first, var second]
            ? (Wording)$"{server.Address} answers, but its data ports {Named(first)} and {Named(second)} do not"
            : $"{server.Address} answers, but its data port {Named(tried[0])} does not";
        return new UnreachableException($"{closed}{Advice(server)}", isTransient: false, last);

        static Wording Named((string Command, int Port, UnreachableException Reason) one) => $"{one.Port} ({one.Command}: {Short(one.Reason)})";
    }

    private static Wording Advice(FtpServer server) => server.Connector.Proxy is { } proxy
        ? (Wording)($". FTP opens a second connection for every file, which {proxy} must let through: have it allow the server's passive ports, or set "
          + $"[server] proxy = none to go straight.")
        : ": a firewall between blocks passive connections. Open the server's passive port range in its firewall and router "
          + "(pasv_min_port and pasv_max_port in vsftpd, PassivePorts in ProFTPD, -p in Pure-FTPd, the data channel port range in IIS and "
          + "FileZilla Server), and outgoing connections to it here.";

    private static Wording Short(UnreachableException reason) => reason.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "refused",
        SocketException socket => Wording.Of(socket),
        OperationCanceledException => "no answer",
        _ => reason.Wording,
    };
}
