using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using AppUpdater.Settings;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>Asks for TLS on a connection of its own and looks at the certificate. Nothing is sent over it, no user and no password.</summary>
[SuppressMessage("Security", "CA5398", Justification = "The version that the FTP client itself offers.")]
internal sealed class TlsProbe : IFtpProbe
{
    /// <summary>In seconds. What did not answer the client is not waited for again that long.</summary>
    private const int Patience = 10;

    private const int Tries = 4;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(300);

    public string Name => "TLS";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        bench.Leave();
        if (bench.Server.Options.Server.Tls == TlsVersion.Tls13)
            return seen with { Tls = await LookAsync(bench.Server, SslProtocols.None, ct).ConfigureAwait(false) };
        try
        {
            return seen with { Tls = await LookAsync(bench.Server, SslProtocols.Tls12, ct).ConfigureAwait(false) };
        }
        catch (UnreachableException e) when (e.InnerException is AuthenticationException or IOException)
        {
            // It may want 1.3.
            return seen with { Tls = await LookAsync(bench.Server, SslProtocols.None, ct).ConfigureAwait(false) };
        }
    }

    /// <summary>A server that allows one connection may need a moment to see that the one before is gone.</summary>
    private static async Task<TlsSeen> LookAsync(FtpServer server, SslProtocols versions, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            if (await LookOnceAsync(server, versions, ct).ConfigureAwait(false) is { } seen)
                return seen;
            if (tried == Tries)
                throw server.Unreachable("has no connection left to look at TLS with.");
            await Task.Delay(BetweenTries, server.Options.Clock, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Null where the server has as many connections as it wants.</summary>
    private static async Task<TlsSeen?> LookOnceAsync(FtpServer server, SslProtocols versions, CancellationToken ct)
    {
        var location = server.Location;
        var stream = await server.Connector.ConnectAsync(location.Host, location.Port, ct).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(Patience));
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                var refusal = location.Scheme == RemoteScheme.FtpsImplicit ? null : await AskAsync(stream, server, deadline.Token).ConfigureAwait(false);
                if (refusal is { Code: 421 })
                    return null;
                return refusal is null
                    ? await TlsLook.AtAsync(stream, location.Host, server.Options.Server, versions, deadline.Token).ConfigureAwait(false)
                    : new TlsSeen { Refusal = $"{refusal}." };
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                throw server.Unreachable($"broke TLS off: {(e.InnerException ?? e).Message}", e);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw server.Unreachable($"did not finish TLS within {Patience} s.", e);
            }
        }
    }

    /// <summary>Null where the server agrees (RFC 4217 4), else what it said; 421 where it had no connection left.</summary>
    private static async Task<FtpReply?> AskAsync(NetworkStream stream, FtpServer server, CancellationToken ct)
    {
        var reader = new FtpReplyReader(stream, server.Address);
        var greeting = await reader.ReadAsync(ct).ConfigureAwait(false);
        if (greeting is { Code: 421 })
            return greeting;
        if (greeting is not { IsSuccess: true })
            throw server.Unreachable("took the connection and did not greet.");
        await stream.WriteAsync("AUTH TLS\r\n"u8.ToArray(), ct).ConfigureAwait(false);
        var reply = await reader.ReadAsync(ct).ConfigureAwait(false) ?? throw server.Unreachable("closed the connection when asked for TLS.");
        return reply.IsSuccess || reply.Code == 334 ? null : reply;
    }
}
