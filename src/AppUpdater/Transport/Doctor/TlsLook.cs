using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Settings;
using AppUpdater.Transport.Network;

namespace AppUpdater.Transport.Doctor;

/// <summary>Shakes hands, whatever certificate is shown, and looks at it. Nothing is sent over it, no user and no password.</summary>
internal static class TlsLook
{
    private const int MostNames = 5;

    /// <exception cref="AuthenticationException">No TLS came about with these versions.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    internal static async Task<TlsSeen> AtAsync(Stream connection, string host, ServerSettings settings, SslProtocols versions, CancellationToken ct)
    {
        TlsSeen? seen = null;
        using var trust = new ServerTrust(settings);
        using var secured = new SslStream(connection, leaveInnerStreamOpen: true, AcceptAny);
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, EnabledSslProtocols = versions }, ct)
            .ConfigureAwait(false);
        return (seen ?? throw new AuthenticationException("no certificate was shown")) with { Version = Named($"{secured.SslProtocol}") };

        [SuppressMessage("Security", "CA5359", Justification = "It looks at a certificate, whatever it is, and sends nothing.")]
        bool AcceptAny(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
        {
            if (shown is null)
                return false;
            using var certificate = new X509Certificate2(shown);
            seen = Seen(certificate) with
            {
                Problem = trust.Problem(host, shown, chain, errors)?.ToString(),
                Backing = settings switch
                {
                    { Fingerprint: not null } => TlsBacking.Fingerprint,
                    { CaFile: not null } => TlsBacking.CaFile,
                    _ => TlsBacking.System,
                },
            };
            return true;
        }
    }

    private static TlsSeen Seen(X509Certificate2 certificate) => new()
    {
        Names = [.. Names(certificate).Take(MostNames)],
        Issuer = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true),
        Expires = certificate.NotAfter.ToUniversalTime(),
        Fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
    };

    private static List<string> Names(X509Certificate2 certificate)
    {
        try
        {
            var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(
                extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
            return names.Count > 0 ? names : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
        }
        catch (CryptographicException)
        {
            // That they can't be read is the certificate's problem, and told as such.
            return [];
        }
    }

    // Tls12, Tls13
    private static string Named(string version) => version.Length == 5 ? $"TLS {version[3]}.{version[4]}" : version;
}
