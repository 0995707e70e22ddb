namespace AppUpdater.Testing.Ftp;

/// <summary>What turns encryption on (RFC 4217).</summary>
internal sealed class TlsVerbs(FtpSession session)
{
    private bool _hasBuffer;

    private FtpTlsFault Fault => session.Faults.Tls;

    internal void AddTo(Dictionary<string, Func<string, CancellationToken, Task>> verbs)
    {
        if (session.Server.Options.Tls == FtpTlsMode.Explicit)
            verbs["AUTH"] = AuthAsync;
        verbs["PBSZ"] = PbszAsync;
        verbs["PROT"] = ProtAsync;
    }

    private async Task AuthAsync(string argument, CancellationToken ct)
    {
        if (session.Control.IsSecure)
        {
            await session.ReplyAsync("503 Already encrypted.", ct).ConfigureAwait(false);
            return;
        }

        if (argument.ToUpperInvariant() is not ("TLS" or "TLS-C"))
        {
            await session.ReplyAsync("504 Unknown AUTH type.", ct).ConfigureAwait(false);
            return;
        }

        if (Fault == FtpTlsFault.RefuseAuth)
        {
            await session.ReplyAsync("534 Not today.", ct).ConfigureAwait(false);
            return;
        }

        // In one write, so that it is in the client's buffer before the handshake.
        await session.ReplyAsync(Fault == FtpTlsFault.InjectReply ? "234 Proceed with negotiation.\n230 Injected." : "234 Proceed with negotiation.", ct)
            .ConfigureAwait(false);

        // RFC 4217, 4: whoever was logged in is so no longer.
        session.LoggedIn = false;
        await session.Control.SecureAsync(ct).ConfigureAwait(false);
    }

    private Task PbszAsync(string argument, CancellationToken ct)
    {
        if (!session.Control.IsSecure)
            return session.ReplyAsync("503 PBSZ needs a secure connection.", ct);
        _hasBuffer = true;
        return session.ReplyAsync("200 PBSZ set to 0.", ct);
    }

    private Task ProtAsync(string argument, CancellationToken ct)
    {
        if (!_hasBuffer)
            return session.ReplyAsync("503 PROT needs PBSZ first.", ct);
        var level = argument.ToUpperInvariant();
        if (level is not ("P" or "C") || Fault == FtpTlsFault.RefuseProtection)
            return session.ReplyAsync("536 PROT not supported.", ct);
        if (level == "C" && session.Server.Options.RequireTls)
            return session.ReplyAsync("534 Data connections must be encrypted.", ct);
        session.IsProtected = level == "P";
        return session.ReplyAsync(level == "P" ? "200 PROT now Private." : "200 PROT now Clear.", ct);
    }
}
