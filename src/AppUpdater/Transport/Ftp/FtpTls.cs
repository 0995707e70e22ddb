using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AppUpdater.Settings;
using AppUpdater.Transport.Network;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// TLS for one control connection and its data connections. All of them hand the same name to the handshake and no other control
/// connection does: .NET keeps one TLS session per name, and servers demand that of their own control connection (vsftpd
/// require_ssl_reuse, ProFTPD without NoSessionReuseRequired, FileZilla Server).
/// </summary>
/// <param name="server">Whose time-outs and trust apply.</param>
/// <param name="trust">Checks the certificate against the server's own name.</param>
/// <param name="name">A DNS name, spelled as no other control connection spells it.</param>
[SuppressMessage("Security", "CA5398", Justification = "Which versions resume sessions on FTP servers was measured; the system's choice is not among them.")]
internal sealed class FtpTls(FtpServer server, ServerTrust trust, string name)
{
    /// <exception cref="UntrustedException">The certificate is not accepted.</exception>
    /// <exception cref="UnreachableException">The handshake failed, or took too long.</exception>
    internal async Task<SslStream> SecureAsync(NetworkStream socket, string shown, CancellationToken ct)
    {
        string? problem = null;
        var stream = new SslStream(socket, leaveInnerStreamOpen: false, (_, certificate, chain, errors) =>
            (problem = trust.Problem(server.Location.Host, certificate, chain, errors)) is null);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(server.Options.ReplyTimeout);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = server.Options.Server.Tls == TlsVersion.Tls13 ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls12,
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, deadline.Token).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (problem is not null)
                throw new UntrustedException($"{shown} is not to be trusted: {problem}", e);
            throw new UnreachableException(
                e is OperationCanceledException
                    ? $"{shown} did not finish the TLS handshake within {server.Options.ReplyTimeout.TotalSeconds:0.#} s."
                    : $"{shown} failed the TLS handshake: {e.Message}",
                e);
        }
    }
}
