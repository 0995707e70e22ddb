using System.IO.Abstractions;
using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Tests.Transport.Doctor;

/// <summary>From what was seen to what is told, without a server.</summary>
public sealed class FtpDiagnosisTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private static readonly TlsSeen GoodTls = new()
    {
        Version = "TLS 1.2", Names = ["h"], Issuer = "ca", Expires = Now.AddDays(200), Fingerprint = new string('a', 64),
    };

    private static FtpObservations Seen(string url = "ftp://h/p", string user = "anonymous") => new()
    {
        Location = RemoteLocation.Parse(url), Given = new ServerSettings { Url = url }, User = user, HasPassword = user != "anonymous",
    };

    private static DoctorFinding Of(FtpObservations seen, string subject) =>
        Assert.Single(FtpDiagnosis.Of(seen, Now).Findings, finding => finding.Subject == subject);

    [Fact]
    public void TLS_goes_into_the_URL_where_it_was_shown_to_work()
    {
        var seen = Seen() with { Tls = GoodTls, Protection = new ProtectionSeen(TlsVersion.Tls12, null) };
        Assert.Contains("ftps://", Of(seen, "TLS").Advice, StringComparison.Ordinal);
        Assert.Equal(["[server]", "url = ftps://h/p"], FtpDiagnosis.Of(seen, Now).Settings.AsEnumerable());

        var newer = seen with { Protection = new ProtectionSeen(TlsVersion.Tls13, null) };
        Assert.Contains("tls = 1.3", FtpDiagnosis.Of(newer, Now).Settings);
    }

    [Fact]
    public void TLS_that_does_not_work_for_data_stays_out_of_the_URL()
    {
        var seen = Seen() with { Tls = GoodTls, Protection = new ProtectionSeen(TlsVersion.Tls12, "h:21 answered 522 no.") };
        Assert.Equal(DoctorMark.Wrong, Of(seen, "TLS").Mark);
        Assert.Contains("522 no.", Of(seen, "TLS").Advice, StringComparison.Ordinal);
        Assert.Equal(["[server]", "url = ftp://h/p"], FtpDiagnosis.Of(seen, Now).Settings.AsEnumerable());
    }

    [Fact]
    public void A_zone_that_was_not_measured_is_told_as_such()
    {
        var listing = new ListingSeen(IsMlsd: false, 3, HasVersionFile: true);
        Assert.Contains("could not be measured", Of(Seen() with { Listing = listing }, "listing").What, StringComparison.Ordinal);
        Assert.Contains("-03:30", Of(Seen() with { Listing = listing with { ZoneOffset = new TimeSpan(-3, -30, 0) } }, "listing").What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://h//from root/50%25 off%20", "a%b")]
    [InlineData("ftps://[::1]:2121/año", "ana")]
    [InlineData("https://h/x", "anonymous")]
    public void The_lines_are_read_back_as_what_they_say(string url, string user)
    {
        var location = RemoteLocation.Parse(url);
        var given = new ServerSettings
        {
            Url = url, CaFile = "/some/ca%.pem", Tls = TlsVersion.Tls13, TimeZone = TimeZones.Find("+02:00"), Proxy = ProxySettings.Parse("socks5://p:1")!,
        };
        var lines = DatoLines.Of(new DatoFacts(location, given)
        {
            User = user, HasPassword = true, Tls = TlsVersion.Tls13, Encoding = NameEncoding.Windows1252, Connections = 3,
        });
        using var folder = new TempFolder();
        folder.Write("dato.ini", string.Join('\n', lines) + "\n[install]\napp = x\n");

        var read = UpdateSettingsReader.Read(
            new FileSystem(), folder["dato.ini"], new EnvironmentVariables(name => name == "APPUPDATER_PASSWORD" ? "s" : null));

        Assert.Empty(read.Warnings);
        Assert.Equal(location, RemoteLocation.Parse(read.Server.Url));
        Assert.Equal((user, "s", "socks5://p:1"), (read.Server.User, read.Server.Password!.Reveal(), read.Server.Proxy.ToString()));
        Assert.Equal((NameEncoding.Windows1252, TimeSpan.FromHours(2), 3), (read.Server.Encoding, read.Server.TimeZone!.BaseUtcOffset, read.Update.Connections));
        var isSecure = location.Scheme != RemoteScheme.Ftp;
        Assert.Equal((isSecure ? "/some/ca%.pem" : null, isSecure ? TlsVersion.Tls13 : TlsVersion.Tls12), (read.Server.CaFile, read.Server.Tls));
    }

    [Fact]
    public void A_certificate_of_nobody_known_is_pinned()
    {
        var seen = Seen() with { Protection = new ProtectionSeen(TlsVersion.Tls12, null), Tls = GoodTls with { Problem = "no authority known here vouches for its certificate." } };
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
        Assert.Equal(["[server]", "url = ftp://h/50%%25 off", "user = a%%b", "; an environment variable; the password itself may stand here as well", "password = %APPUPDATER_PASSWORD%"], settings.AsEnumerable());
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
