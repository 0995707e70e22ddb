using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AppUpdater.Testing.Ftp;

/// <summary>The server's side of TLS, the same for its control and data connections: a client may resume its session on the latter.</summary>
internal sealed class ServerTls(LoopbackFtpServer server, X509Certificate2 certificate)
{
    private readonly SslServerAuthenticationOptions _options = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        EnabledSslProtocols = server.Options.TlsVersions,
    };

    /// <summary>Does the handshake, which takes the latency for each time that the client has to wait.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The two do not agree, or the client refused the certificate.</exception>
    internal async Task<SslStream> SecureAsync(Stream inner, CancellationToken ct)
    {
        if (server.Faults.Tls == FtpTlsFault.NoHandshake)
            await NeverAsync(inner, ct).ConfigureAwait(false);
        var turns = new TurnStream(inner, async () =>
        {
            server.CountRoundTrip();
            await Task.Delay(server.Options.Latency, ct).ConfigureAwait(false);
        });
        var stream = new SslStream(turns);
        try
        {
            await stream.AuthenticateAsServerAsync(_options, ct).ConfigureAwait(false);
            turns.Settle();
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Hears the client out and says nothing, until it leaves.</summary>
    private static async Task NeverAsync(Stream inner, CancellationToken ct)
    {
        await inner.CopyToAsync(Stream.Null, ct).ConfigureAwait(false);
        throw new IOException("The client left.");
    }
}
