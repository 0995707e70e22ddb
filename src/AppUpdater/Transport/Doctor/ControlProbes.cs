using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>The names in FEAT (RFC 2389).</summary>
internal sealed class FeatureProbe : IFtpProbe
{
    public string Name => "features";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        var reply = await session.SendAsync(new FtpCommand("FEAT"), ct).ConfigureAwait(false);
        return reply.IsSuccess ? seen with { Features = Parse(reply) } : seen;
    }

    private static ImmutableHashSet<string> Parse(FtpReply reply) =>
    [
        .. reply.Lines.Select(line => (line.StartsWith("211-", StringComparison.Ordinal) ? line[4..] : line).Trim().Split(' ')[0])
            .Where(name => name.Length > 0).Select(name => name.ToUpperInvariant()),
    ];
}

/// <summary>EPSV, and PASV with the address that it names. The ports are left alone.</summary>
internal sealed class PassiveProbe : IFtpProbe
{
    public string Name => "passive mode";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        var epsv = await session.SendAsync(new FtpCommand("EPSV"), ct).ConfigureAwait(false);
        var pasv = await session.SendAsync(new FtpCommand("PASV"), ct).ConfigureAwait(false);
        return seen with
        {
            Passive = new PassiveSeen(FtpPassive.PortOf(epsv) is not null, FtpPassive.PortOf(pasv) is not null, OtherAddress(session, pasv)),
        };
    }

    /// <summary>The address in 227 where it is not the server's own. Behind a proxy there is nothing to compare it with.</summary>
    private static string? OtherAddress(FtpSession session, FtpReply reply)
    {
        var numbers = reply.Text.Split(['(', ')', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(part => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Take(4).ToArray();
        if (!reply.IsSuccess || numbers.Length < 4 || session.Server.Connector.Proxy is not null || session.Peer is not { } peer
            || !IPAddress.TryParse(string.Join('.', numbers), out var named))
            return null;

        // 227 has no room for an address of IPv6.
        var own = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return own.AddressFamily != AddressFamily.InterNetwork || own.Equals(named) ? null : named.ToString();
    }
}

/// <summary>Control-only commands in one write: whether each reply comes in its place.</summary>
internal sealed class OrderProbe : IFtpProbe
{
    private const int Pairs = 10;

    public string Name => "commands together";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        FtpCommand[] commands = [.. Enumerable.Repeat<FtpCommand[]>([new("PWD"), new("NOOP")], Pairs).SelectMany(pair => pair)];
        var replies = await session.SendAllAsync(commands, ct).ConfigureAwait(false);

        // PWD is answered with 257, NOOP with 200 (RFC 959 5.4).
        return seen with { KeepsOrder = replies.Where((_, i) => i % 2 == 0).All(reply => reply.Code == 257)
            && replies.Where((_, i) => i % 2 == 1).All(reply => reply.Code != 257) };
    }
}

/// <summary>Logs in again and again, one after the other, until the server says no or enough were tried. All are closed again.</summary>
internal sealed class ConnectionsProbe : IFtpProbe
{
    public string Name => "connections";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        await bench.SessionAsync(ct).ConfigureAwait(false);
        var more = new List<FtpSession>();
        string? refusal = null;
        try
        {
            while (more.Count + 1 < bench.Request.Connections && refusal is null)
            {
                var (session, full) = await bench.TryOpenAsync(ct).ConfigureAwait(false);
                if (session is not null)
                    more.Add(session);
                else
                    refusal = $"{full}.";
            }
        }
        catch (UnreachableException e)
        {
            // The first login was taken with the same password: this one is refused for its number.
            refusal = e.Message;
        }
        finally
        {
            foreach (var session in more)
                session.Dispose();
        }

        return seen with { Connections = new ConnectionsSeen(more.Count + 1, refusal) };
    }
}
