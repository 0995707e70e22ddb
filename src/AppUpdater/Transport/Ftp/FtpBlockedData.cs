using System.Globalization;
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
            return new UnreachableException(last.Message, last.IsTransient, last);
        var noun = tried.Length == 1 ? "port" : "ports";
        var named = string.Join(" and ", tried.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Port} ({one.Command}: {Short(one.Reason)})")));
        return new UnreachableException(
            $"{server.Address} answers, but its data {noun} {named} {(tried.Length == 1 ? "does" : "do")} not{Advice(server)}", isTransient: false, last);
    }

    private static string Advice(FtpServer server) => server.Connector.Proxy is { } proxy
        ? $". FTP opens a second connection for every file, which {proxy} must let through: have it allow the server's passive ports, or set "
          + "[server] proxy = none to go straight."
        : ": a firewall between blocks passive connections. Open the server's passive port range in its firewall and router "
          + "(pasv_min_port and pasv_max_port in vsftpd, PassivePorts in ProFTPD, -p in Pure-FTPd, the data channel port range in IIS and "
          + "FileZilla Server), and outgoing connections to it here.";

    private static string Short(UnreachableException reason) => reason.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "refused",
        SocketException socket => socket.Message,
        OperationCanceledException => "no answer",
        _ => reason.Message.TrimEnd('.'),
    };
}
