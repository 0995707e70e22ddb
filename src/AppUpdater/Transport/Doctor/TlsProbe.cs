using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Transport.Ftp;
using AppUpdater.Transport.Network;

namespace AppUpdater.Transport.Doctor;

/// <summary>Asks for TLS on a connection of its own and looks at the certificate. Nothing is sent over it, no user and no password.</summary>
internal sealed class TlsProbe : IFtpProbe
{
    public string Name => "TLS";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        var (server, options) = (bench.Server, bench.Server.Options);
        var stream = await server.Connector.ConnectAsync(seen.Location.Host, seen.Location.Port, ct).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(options.ReplyTimeout);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                var refusal = seen.Location.Scheme == RemoteScheme.FtpsImplicit ? null : await AskAsync(stream, server, deadline.Token).ConfigureAwait(false);
                using var trust = new ServerTrust(options.Server);
                return seen with
                {
                    Tls = refusal is null
                        ? await ShakeHandsAsync(stream, seen.Location.Host, trust, deadline.Token).ConfigureAwait(false)
                        : new TlsSeen { Refusal = refusal },
                };
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                throw server.Unreachable($"broke TLS off: {e.Message}", e);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw server.Unreachable($"did not finish TLS within {options.ReplyTimeout.TotalSeconds:0.#} s.", e);
            }
        }
    }

    /// <summary>Null where the server agrees (RFC 4217 4), else what it said.</summary>
    private static async Task<string?> AskAsync(NetworkStream stream, FtpServer server, CancellationToken ct)
    {
        var reader = new FtpReplyReader(stream, server.Address);
        if (await reader.ReadAsync(ct).ConfigureAwait(false) is not { IsSuccess: true })
            throw server.Unreachable("took the connection and did not greet.");
        await stream.WriteAsync("AUTH TLS\r\n"u8.ToArray(), ct).ConfigureAwait(false);
        var reply = await reader.ReadAsync(ct).ConfigureAwait(false) ?? throw server.Unreachable("closed the connection when asked for TLS.");
        return reply.Code == 234 ? null : $"{reply}.";
    }

    [SuppressMessage("Security", "CA5359", Justification = "It looks at a certificate, whatever it is, and sends nothing.")]
    private static async Task<TlsSeen> ShakeHandsAsync(NetworkStream stream, string host, ServerTrust trust, CancellationToken ct)
    {
        TlsSeen? seen = null;
        using var secured = new SslStream(stream, leaveInnerStreamOpen: true, (_, shown, chain, errors) =>
        {
            if (shown is null)
                return false;
            using var certificate = new X509Certificate2(shown);
            seen = new TlsSeen
            {
                Subject = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
                Issuer = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
                Expires = certificate.NotAfter.ToUniversalTime(),
                Fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
                Problem = trust.Problem(host, shown, chain, errors),
            };
            return true;
        });
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, ct).ConfigureAwait(false);
        return (seen ?? throw new AuthenticationException("no certificate was shown")) with { Version = Named($"{secured.SslProtocol}") };
    }

    // Tls12, Tls13
    private static string Named(string version) => version.Length == 5 ? $"TLS {version[3]}.{version[4]}" : version;
}
