using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Settings;
using AppUpdater.Transport.Network;

namespace AppUpdater.Tests.Transport.Network;

public sealed class ServerTrustTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _temp.Dispose();
        _authority.Dispose();
    }

    private string? Problem(string host, X509Certificate2 certificate, bool withCaFile = true, string? fingerprint = null, string? ca = null)
    {
        _temp.Write("ca.pem", ca ?? _authority.Pem);
        using var trust = new ServerTrust(new ServerSettings
        {
            Url = "ftps://h", CaFile = withCaFile && fingerprint is null ? _temp["ca.pem"] : null, Fingerprint = fingerprint,
        });
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        var errors = chain.Build(certificate) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
        return trust.Problem(host, certificate, chain, errors | SslPolicyErrors.RemoteCertificateNameMismatch)?.ToString();
    }

    [Theory]
    [InlineData("ftp.example.org", "ftp.example.org")]
    [InlineData("ftp.example.org", "FTP.example.ORG")]
    [InlineData("*.example.org", "ftp.example.org")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("fd00::1", "fd00::1")]
    public void A_certificate_of_the_authority_in_ca_file_for_the_host_will_do(string name, string host) =>
        Assert.Null(Problem(host, _authority.Issue(name)));

    [Theory]
    [InlineData("other.example.org", "ftp.example.org")]
    [InlineData("*.example.org", "a.b.example.org")]
    [InlineData("10.1.2.3", "10.1.2.4")]
    public void One_for_another_host_will_not_and_both_names_are_told(string name, string host)
    {
        var problem = Problem(host, _authority.Issue(name));
        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.Contains($"not for {host}. Use the name in the certificate in [server] url", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_vouches_for_a_private_one_without_ca_file()
    {
        foreach (var isSelfSigned in new[] { true, false })
        {
            Assert.Contains(
                "[server] ca_file, or the one certificate in [server] fingerprint",
                Problem("ftp.example.org", _authority.Issue("ftp.example.org", isSelfSigned), withCaFile: false),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_of_another_authority_will_not_do_beside_ca_file()
    {
        using var other = new TestAuthority();
        Assert.Contains("no authority", Problem("ftp.example.org", other.Issue("ftp.example.org")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_self_signed_one_may_stand_in_ca_file_itself()
    {
        var own = _authority.Issue("ftp.example.org", isSelfSigned: true);
        Assert.Null(Problem("ftp.example.org", own, ca: own.ExportCertificatePem()));
        Assert.NotNull(Problem("ftp.example.com", own, ca: own.ExportCertificatePem()));
    }

    [Fact]
    public void An_expired_one_says_so() => Assert.Contains(
        "has expired or is not valid yet", Problem("ftp.example.org", _authority.Issue("ftp.example.org", isExpired: true)), StringComparison.Ordinal);

    [Fact]
    public void One_that_is_not_for_servers_will_not_do() =>
        Assert.NotNull(Problem("ftp.example.org", _authority.Issue("ftp.example.org", isForServers: false)));

    [Fact]
    public void A_pinned_one_will_do_whatever_it_says_and_no_other()
    {
        var pinned = _authority.Issue("whatever", isSelfSigned: true, isExpired: true);
        var fingerprint = pinned.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
        Assert.Null(Problem("10.1.2.3", pinned, fingerprint: fingerprint));

        var other = _authority.Issue("10.1.2.3");
        var problem = Problem("10.1.2.3", other, fingerprint: fingerprint);
        Assert.Contains(other.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(), problem, StringComparison.Ordinal);
        Assert.Contains("ship a dato.ini with its fingerprint", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_certificate_will_not_do()
    {
        using var trust = new ServerTrust(new ServerSettings { Url = "ftps://h" });
        Assert.NotNull(trust.Problem("h", null, null, SslPolicyErrors.RemoteCertificateNotAvailable));
    }

    [Theory]
    [InlineData("30ff")]
    [InlineData("308200ff8203")]
    public void Names_that_are_not_what_they_should_be_are_a_problem_and_no_crash(string hex) =>
        Assert.NotNull(Problem("ftp.example.org", _authority.Issue("ftp.example.org", rawNames: Convert.FromHexString(hex))));

    [Theory]
    [InlineData("my_server")]
    [InlineData("ftp.example.org.")]
    [InlineData("fe80::1%eth0")]
    public void A_host_that_no_certificate_names_is_a_problem_and_no_crash(string host) =>
        Assert.NotNull(Problem(host, _authority.Issue("ftp.example.com")));

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("nothing")]
    [InlineData("")]
    [InlineData(null)]
    public void A_ca_file_that_holds_no_certificate_is_named(string? content)
    {
        if (content is not null)
            _temp.Write("ca.pem", content);
        var failure = Assert.Throws<SettingsException>(() => new ServerTrust(new ServerSettings { Url = "ftps://h", CaFile = _temp["ca.pem"] }));
        Assert.Contains(_temp["ca.pem"], failure.Message, StringComparison.Ordinal);
    }
}
