using AppUpdater.Transport;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Tests.Transport.Doctor;

/// <summary>From what was seen to what is told, without a server.</summary>
public sealed class FtpDiagnosisTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private static readonly TlsSeen GoodTls = new()
    {
        Version = "TLS 1.2", Subject = "h", Issuer = "ca", Expires = Now.AddDays(200), Fingerprint = new string('a', 64),
    };

    private static FtpObservations Seen(string url = "ftp://h/p", string user = "anonymous") => new() { Location = RemoteLocation.Parse(url), User = user };

    private static DoctorFinding Of(FtpObservations seen, string subject) =>
        Assert.Single(FtpDiagnosis.Of(seen, Now).Findings, finding => finding.Subject == subject);

    [Fact]
    public void TLS_that_is_offered_goes_into_the_URL()
    {
        var seen = Seen() with { Tls = GoodTls };
        Assert.Contains("ftps://", Of(seen, "TLS").Advice, StringComparison.Ordinal);
        Assert.Equal(["[server]", "url = ftps://h/p"], FtpDiagnosis.Of(seen, Now).Settings.AsEnumerable());
    }

    [Fact]
    public void A_certificate_of_nobody_known_is_pinned()
    {
        var seen = Seen("ftps://h/p") with { Tls = GoodTls with { Problem = "no authority known here vouches for its certificate." } };
        Assert.Equal(DoctorMark.Wrong, Of(seen, "TLS").Mark);
        Assert.Contains($"fingerprint = {new string('a', 64)}", FtpDiagnosis.Of(seen, Now).Settings);
    }

    [Fact]
    public void A_certificate_about_to_expire_is_wrong() =>
        Assert.Contains("renew", Of(Seen("ftps://h/p") with { Tls = GoodTls with { Expires = Now.AddDays(3) } }, "TLS").Advice, StringComparison.Ordinal);

    [Fact]
    public void Commands_out_of_order_are_wrong() => Assert.Equal(DoctorMark.Wrong, Of(Seen() with { KeepsOrder = false }, "order").Mark);

    [Fact]
    public void PASV_that_names_another_address_is_told_with_the_keys_of_the_servers()
    {
        var finding = Of(Seen() with { Passive = new PassiveSeen(Epsv: false, Pasv: true, "10.0.0.5") }, "passive mode");
        Assert.Contains("10.0.0.5", finding.What, StringComparison.Ordinal);
        Assert.Contains("pasv_address", finding.Advice, StringComparison.Ordinal);
        Assert.Equal(DoctorMark.Wrong, Of(Seen() with { Passive = new PassiveSeen(Epsv: false, Pasv: false, null) }, "passive mode").Mark);
    }

    [Fact]
    public void Percent_signs_are_written_as_dato_ini_wants_them()
    {
        var settings = FtpDiagnosis.Of(Seen("ftp://h/50%25 off", user: "a%b"), Now).Settings;
        Assert.Equal(["[server]", "url = ftp://h/50%%25 off", "user = a%%b", "password = %APPUPDATER_PASSWORD%"], settings.AsEnumerable());
    }

    [Fact]
    public void The_folder_without_version_ini_is_the_wrong_one()
    {
        Assert.Equal(DoctorMark.Wrong, FtpDiagnosis.OfVersionFile(isThere: false).Mark);
        Assert.Equal(DoctorMark.Good, FtpDiagnosis.OfVersionFile(isThere: true).Mark);
    }

    [Fact]
    public void A_failure_ends_the_report_and_gives_no_lines()
    {
        var report = FtpDiagnosis.Of(Seen() with { Failure = new UntrustedException("not FTP") }, Now);
        Assert.IsType<UntrustedException>(report.Failure);
        Assert.Empty(report.Settings);
        Assert.Equal("not FTP", Assert.Single(report.Findings).What);
    }
}
