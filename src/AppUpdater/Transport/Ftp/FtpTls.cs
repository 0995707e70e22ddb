using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using AppUpdater.Settings;
using AppUpdater.Transport.Network;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// TLS for one control connection and its data connections. All of them hand the same name to the handshake and no other control
/// connection does, so that .NET resumes on a data connection the session of its own control connection; servers demand that (vsftpd
/// require_ssl_reuse, ProFTPD without NoSessionReuseRequired, FileZilla Server). .NET does not tell whether a session was resumed.
/// Dispose it once the last of these connections is closed.
/// </summary>
/// <param name="server">Whose time-outs apply.</param>
/// <param name="trust">Checks the certificate against the server's own name.</param>
[SuppressMessage("Security", "CA5398", Justification = "Which versions resume sessions on FTP servers was measured; the system's choice is not among them.")]
internal sealed class FtpTls(FtpServer server, ServerTrust trust) : IDisposable
{
    private static readonly FtpCommand[] ProtectData = [new("PBSZ", "0"), new("PROT", "P")];

    private readonly string _name = FtpTlsNames.OfProcess.Rent(server.Location.Host);
    private volatile bool _isTls13;
    private volatile bool _hadUpload;
    private int _disposed;

    private bool OffersTls13 => server.Options.Server.Tls == TlsVersion.Tls13;

    /// <summary>The session is used up, and the server refuses data connections that resume none.</summary>
    internal bool IsSpent => _hadUpload && server.UploadsSpendSessions;

    /// <summary>
    /// Asked right after the login, and before the first data connection: pyftpdlib and libunftp had versions that took them from users
    /// only (RFC 4217 12 has them before USER), and no more round trips are needed there.
    /// </summary>
    internal static FtpCommand[] Protection(FtpTls? tls) => tls is null ? [] : ProtectData;

    /// <summary>Data that the server would send in the clear is never asked for (CVE-2021-22946).</summary>
    /// <param name="replies">To <see cref="Protection"/>, perhaps with others after them.</param>
    internal void Check(ReadOnlySpan<FtpReply> replies)
    {
        for (var i = 0; i < ProtectData.Length; i++)
        {
            if (!replies[i].IsSuccess)
            {
                throw replies[i].Code == 421
                    ? server.Unreachable($"is closing the connection: {replies[i]}")
                    : new UnreachableException(
                        $"{server.Address} answered {replies[i]} to {ProtectData[i]}: it would send files and listings in the clear. "
                        + $"Have TLS for data connections turned on at the server.",
                        isTransient: false);
            }
        }
    }

    /// <exception cref="UntrustedException">The certificate is not accepted.</exception>
    /// <exception cref="UnreachableException">The handshake failed, or took too long.</exception>
    internal async Task<SslStream> SecureAsync(Stream connection, string shown, CancellationToken ct)
    {
        Wording? problem = null;
        var stream = new SslStream(connection, leaveInnerStreamOpen: false, (_, certificate, chain, errors) =>
            (problem = trust.Problem(server.Location.Host, certificate, chain, errors)) is null);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(server.Options.ReplyTimeout);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = _name,
            EnabledSslProtocols = OffersTls13 ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls12,
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, deadline.Token).ConfigureAwait(false);
            _isTls13 = stream.SslProtocol == SslProtocols.Tls13;
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (problem is not null)
                throw new UntrustedException($"{shown} is not to be trusted: {problem}", e);
            throw Failure(shown, e);
        }
    }

    /// <summary>
    /// An upload is over. Of TLS 1.3's tickets each serves once and .NET keeps only the last; with a listing or a file the server sends the next
    /// one, with an upload ProFTPD sends none (measured).
    /// </summary>
    internal void EndUpload() => _hadUpload |= _isTls13;

    /// <summary>
    /// What a reply to a transfer means where it says that the server did not like TLS on the data connection; else null. vsftpd says 522,
    /// ProFTPD and FileZilla Server say 425.
    /// </summary>
    internal UnreachableException? Refusal(FtpReply reply, string command)
    {
        if (reply.Code is not (522 or 425))
            return null;
        if (_hadUpload)
            server.UploadsSpendSessions = true;
        Wording advice = OffersTls13
            ? "With TLS 1.3 some servers take one upload per login, which is slow: write tls = 1.2 under [server] in dato.ini."
            : "It may demand that data connections resume the control connection's TLS session, and not have known it any more; if it goes on, "
              + "see the server's TLS log.";
        return server.Unreachable($"did not accept the data connection of {command}: {reply}. {advice}");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            FtpTlsNames.OfProcess.Return(_name);
    }

    private UnreachableException Failure(string shown, Exception e)
    {
        if (e is OperationCanceledException)
            return new UnreachableException($"{shown} did not finish the TLS handshake within {server.Options.ReplyTimeout.TotalSeconds:0.#} s.", e);
        var reason = (e.InnerException ?? e).Message.TrimEnd('.');
        Wording offer = OffersTls13 ? "1.3 offers 1.2, too." : "1.2 does not offer 1.3, which this server may insist on.";

        // A broken connection may be whole the next time; two who have no version or cipher in common, or a server without TLS, stay so.
        return e is not AuthenticationException
            ? new UnreachableException($"{shown} broke off the TLS handshake: {reason}.", e)
            : new UnreachableException(
                $"{shown} and this machine do not agree on TLS: {reason}. Check in dato.ini that [server] url has the port and the scheme for "
                + $"TLS (ftps:// greets in the clear and then starts TLS, ftps+implicit:// starts with it), and tls: {offer}",
                isTransient: false,
                e);
    }
}
