using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Network;

/// <summary>
/// Which certificate a server must show: one that the system's authorities vouch for, or those of <c>ca_file</c> alone, for the server's
/// own name; or the very one of <c>fingerprint</c>, whatever it says. There is no way to accept any. Safe for concurrent use.
/// </summary>
internal sealed class ServerTrust : IDisposable
{
    private readonly string? _fingerprint;
    private readonly X509Certificate2Collection _authorities = [];

    /// <exception cref="SettingsException">ca_file can't be read, or holds no certificate.</exception>
    internal ServerTrust(ServerSettings settings)
    {
        _fingerprint = settings.Fingerprint;
        if (settings.CaFile is not { } file)
            return;
        try
        {
            _authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"dato.ini: [server] ca_file: \"{file}\" can't be read: {Wording.Of(e)}", e);
        }

        if (_authorities.Count == 0)
            throw new SettingsException($"dato.ini: [server] ca_file: \"{file}\" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
    }

    /// <summary>Null where the certificate will do, else what is wrong with it and what to do.</summary>
    /// <param name="host">The server's own name or address, which need not be the one that the handshake was given.</param>
    /// <param name="shown">What the server sent.</param>
    /// <param name="built">The chain built with the system's authorities.</param>
    /// <param name="errors">What the system found; a wrong name is looked for again here.</param>
    internal Wording? Problem(string host, X509Certificate? shown, X509Chain? built, SslPolicyErrors errors)
    {
        if (shown is null)
            return "it showed no certificate.";
        using var certificate = new X509Certificate2(shown);
        if (_fingerprint is not null)
        {
            var found = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
            return CryptographicOperations.FixedTimeEquals(Convert.FromHexString(found), Convert.FromHexString(_fingerprint))
                ? null
                : (Wording)($"its certificate has the fingerprint {found}, not the one in dato.ini ([server] fingerprint). If the server has a new "
                  + $"certificate, ship a dato.ini with its fingerprint.");
        }

        var chain = _authorities.Count == 0 ? ProblemOf(built, errors) : ProblemOfOwn(certificate, built);
        return chain ?? NameProblem(certificate, host);
    }

    public void Dispose()
    {
        foreach (var authority in _authorities)
            authority.Dispose();
    }

    private static Wording? NameProblem(X509Certificate2 certificate, string host)
    {
        try
        {
            return certificate.MatchesHostname(host)
                ? null
                : (Wording)$"its certificate is for {Names(certificate)}, not for {host}. Use the name in the certificate in [server] url.";
        }
        catch (CryptographicException e)
        {
            return $"the names in its certificate can't be read: {Wording.Of(e)} Have the server's certificate made anew.";
        }
        catch (ArgumentException)
        {
            // DNS knows names that certificates don't, such as my_server.
            return $"no certificate can be for {PathRules.Show(host)}, which is no host name by the rules. Use another name of the server in "
                + $"[server] url, or name its one certificate in [server] fingerprint.";
        }
    }

    private static Wording? ProblemOf(X509Chain? built, SslPolicyErrors errors) =>
        (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None ? null : ProblemOf(built?.ChainStatus ?? []);

    private Wording? ProblemOfOwn(X509Certificate2 certificate, X509Chain? built)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);

        // Both as SslStream's own default: for servers, unless it says nothing of what it is for; and not looked up among the revoked, a
        // list of which a private authority rarely has.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var element in built?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(certificate) ? null : ProblemOf(chain.ChainStatus);
    }

    private static Wording ProblemOf(X509ChainStatus[] found)
    {
        var all = found.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);
        if (all.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return "its certificate has expired or is not valid yet. Renew it on the server, and check this machine's clock.";
        if (all.HasFlag(X509ChainStatusFlags.UntrustedRoot) || all.HasFlag(X509ChainStatusFlags.PartialChain))
        {
            return "no authority known here vouches for its certificate. Name yours in [server] ca_file, or the one certificate in "
                + "[server] fingerprint.";
        }

        return $"its certificate is not accepted: {string.Join(" ", found.Select(status => status.StatusInformation.Trim()))}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var names = alternative is null
            ? []
            : alternative.EnumerateDnsNames().Concat(alternative.EnumerateIPAddresses().Select(address => address.ToString())).Take(5).ToList();
        return PathRules.Show(names.Count > 0 ? string.Join(", ", names) : certificate.Subject);
    }
}
