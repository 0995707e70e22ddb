using System.Collections.Immutable;
using System.Globalization;
using System.Net;
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
            Passive = new PassiveSeen(FtpPassive.PortOf(epsv) is not null, FtpPassive.PortOf(pasv) is not null, OtherAddress(seen.Location.Host, pasv)),
        };
    }

    /// <summary>Where the URL has an address: whether 227 names another. A private one is another for every host name.</summary>
    private static string? OtherAddress(string host, FtpReply reply)
    {
        var numbers = reply.Text.Split(['(', ')', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(part => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Take(4).ToArray();
        if (!reply.IsSuccess || numbers.Length < 4 || !IPAddress.TryParse(string.Join('.', numbers), out var named))
            return null;
        var isOther = IPAddress.TryParse(host, out var own)
            ? !own.Equals(named)
            : named.GetAddressBytes() is [10, ..] or [127, ..] or [192, 168, ..] or [172, >= 16 and <= 31, ..];
        return isOther ? named.ToString() : null;
    }
}

/// <summary>Control-only commands in one write: whether each reply comes in its place.</summary>
internal sealed class OrderProbe : IFtpProbe
{
    private const int Pairs = 10;

    public string Name => "order";

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

/// <summary>Makes a folder and removes it, where that is allowed.</summary>
internal sealed class WriteProbe : IFtpProbe
{
    public string Name => "write access";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        if (!bench.Request.MayWrite)
            return seen;
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        var folder = bench.Server.PathOf(RelativePath.Parse($".appupdater-doctor-{Guid.NewGuid():N}"));
        var made = await session.SendAsync(new FtpCommand("MKD", folder), ct).ConfigureAwait(false);
        if (!made.IsSuccess)
            return seen with { Writing = WriteAccessSeen.CanNotWrite };
        var removed = await session.SendAsync(new FtpCommand("RMD", folder), ct).ConfigureAwait(false);
        return seen with { Writing = removed.IsSuccess ? WriteAccessSeen.CanWrite : WriteAccessSeen.LeftBehind };
    }
}
