using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AppUpdater.Testing;

/// <summary>Self-made certificates for servers on this machine: nobody vouches for them, so a client must be told their fingerprint.</summary>
public static class LoopbackCertificate
{
    /// <summary>For <c>localhost</c>, <c>127.0.0.1</c> and <c>::1</c>, valid now.</summary>
    public static X509Certificate2 Create() => Create(["localhost", "127.0.0.1", "::1"]);

    /// <summary>For these names, valid from yesterday for a month.</summary>
    /// <param name="names">DNS names and IP addresses, at least one.</param>
    public static X509Certificate2 Create(IReadOnlyList<string> names)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Create(names, now.AddDays(-1), now.AddDays(30));
    }

    /// <summary>With its private key, for the time given: one that has expired is made here too.</summary>
    /// <param name="names">DNS names and IP addresses, at least one; the first is also the subject.</param>
    /// <param name="from">Valid from.</param>
    /// <param name="until">Valid until; later than <paramref name="from"/>.</param>
    /// <exception cref="ArgumentException">There is no name, or the times are in the wrong order.</exception>
    public static X509Certificate2 Create(IReadOnlyList<string> names, DateTimeOffset from, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0)
            throw new ArgumentException("A certificate needs a name.", nameof(names));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var made = request.CreateSelfSigned(from, until);

        // Windows takes a server's key from a key container only, not from memory.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>The certificate's SHA-256, 64 hex digits: what <c>fingerprint</c> in dato.ini wants.</summary>
    public static string Fingerprint(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
    }
}
