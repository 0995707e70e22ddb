using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// A certificate authority made for one test run, and a server's certificate for localhost and 127.0.0.1 signed by it, as PEM files in a
/// folder that goes with it.
/// </summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly TempFolder _folder = new("appupdater-authority-");

    public TestAuthority()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=AppUpdater tests", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        rootRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, critical: false));
        using var root = rootRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using var certificate = request.Create(root, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));

        var keyText = key.ExportPkcs8PrivateKeyPem() + "\n";
        var certificateText = certificate.ExportCertificatePem() + "\n";
        AuthorityFile = Write("authority.pem", root.ExportCertificatePem() + "\n");
        CertificateFile = Write("certificate.pem", certificateText);
        KeyFile = Write("key.pem", keyText);
        CertificateAndKeyFile = Write("both.pem", keyText + certificateText);
    }

    /// <summary>For the client's ca_file.</summary>
    public string AuthorityFile { get; }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>Key and certificate in one file, as Pure-FTPd wants them.</summary>
    public string CertificateAndKeyFile { get; }

    public void Dispose() => _folder.Dispose();

    // Servers refuse a key that others may read.
    private string Write(string name, string text)
    {
        var path = _folder[name];
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
