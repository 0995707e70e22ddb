using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AppUpdater.Tests.Transport.Network;

/// <summary>A certificate authority made for one test, and the certificates that it gives out.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 _own;
    private readonly List<X509Certificate2> _issued = [];

    internal TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Test authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _own = request.CreateSelfSigned(Now.AddYears(-3), Now.AddYears(1));
    }

    internal string Pem => _own.ExportCertificatePem();

    /// <summary>A certificate for a name or an address; by itself, or by this authority.</summary>
    internal X509Certificate2 Issue(string name, bool isSelfSigned = false, bool isExpired = false, bool isForServers = true, byte[]? rawNames = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(rawNames is null ? names.Build() : new X509Extension("2.5.29.17", rawNames, critical: false));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isForServers ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        var (from, to) = isExpired ? (Now.AddYears(-2), Now.AddYears(-1)) : (Now.AddDays(-1), Now.AddDays(30));
        X509Certificate2 certificate;
        if (isSelfSigned)
        {
            certificate = request.CreateSelfSigned(from, to);
        }
        else
        {
            using var bare = request.Create(_own, from, to, Guid.NewGuid().ToByteArray());
            certificate = bare.CopyWithPrivateKey(key);
        }

        _issued.Add(certificate);
        return certificate;
    }

    public void Dispose()
    {
        _own.Dispose();
        foreach (var certificate in _issued)
            certificate.Dispose();
    }
}
