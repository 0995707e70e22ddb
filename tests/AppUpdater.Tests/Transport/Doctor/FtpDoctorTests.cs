using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Tests.Transport.Network;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Tests.Transport.Doctor;

public sealed class FtpDoctorTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public FtpDoctorTests()
    {
        _temp.Write("año.txt", "0123456789");
        _temp.Write("version.ini", "[version]\n");
    }

    public void Dispose() => _temp.Dispose();

    private static Task<DoctorReport> ExamineAsync(LoopbackFtpServer server, bool mayWrite = false, ServerSettings? settings = null) =>
        Doctors.ExamineAsync(
            new DoctorRequest(TransportTestOptions.Create(server: (settings ?? new ServerSettings { Url = "" }) with { Url = $"ftp://127.0.0.1:{server.Port}" }))
            {
                Connections = 4, MayWrite = mayWrite,
            },
            default);

    private static DoctorFinding Of(DoctorReport report, string subject) => Assert.Single(report.Findings, finding => finding.Subject == subject);

    [Fact(Timeout = Limit)]
    public async Task A_good_server_is_told_as_such_with_its_lines_for_dato_ini()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { User = "ana", Password = "s3cret", ReadOnly = true });

        var report = await ExamineAsync(server, mayWrite: true, new ServerSettings { Url = "", User = "ana", Password = new Secret("s3cret") });

        Assert.Equal((null, false), (report.Failure, report.IsPartial));
        foreach (var subject in (string[])["login", "listing", "names", "version.ini", "passive mode", "resume", "order", "transfers", "connections", "write access"])
            Assert.Equal((subject, DoctorMark.Good), (subject, Of(report, subject).Mark));
        Assert.Contains("MLSD", Of(report, "listing").What, StringComparison.Ordinal);
        Assert.StartsWith("not offered", Of(report, "TLS").What, StringComparison.Ordinal);
        Assert.Equal(
            ["[server]", $"url = ftp://127.0.0.1:{server.Port}", "user = ana", "; an environment variable; the password itself may stand here as well", "password = %APPUPDATER_PASSWORD%"], report.Settings.AsEnumerable());
        Assert.Contains(report.Timings, timing => timing.Step == "connecting" && timing.Took > TimeSpan.Zero);
        Assert.DoesNotContain(report.Findings, finding => finding.ToString().Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task An_old_server_in_another_zone_and_encoding_is_recognized()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x");
        await using var server = LoopbackFtpServer.Start(
            _temp.Root, new FtpServerOptions { ListOnly = true, Latin1Names = true, TimeZone = zone, NoEpsv = true, MaxConnections = 2 });
        server.Faults.IgnoreRest = true;

        var report = await ExamineAsync(server);

        Assert.Contains("LIST", Of(report, "listing").What, StringComparison.Ordinal);
        Assert.Contains("+02:00", Of(report, "listing").What, StringComparison.Ordinal);
        Assert.Contains("not in UTF-8", Of(report, "names").What, StringComparison.Ordinal);
        Assert.Equal("PASV only.", Of(report, "passive mode").What);
        Assert.Equal(DoctorMark.Wrong, Of(report, "resume").Mark);
        Assert.Contains("2 at once; one more was refused: 421", Of(report, "connections").What, StringComparison.Ordinal);
        Assert.Contains("connections = 2", report.Settings);
        Assert.Contains("encoding = windows-1252", report.Settings);
    }

    [Fact(Timeout = Limit)]
    public async Task Writing_is_tried_only_where_it_is_asked_for_and_leaves_nothing()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);

        Assert.Equal("not tried.", Of(await ExamineAsync(server), "write access").What);
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("STOR", StringComparison.Ordinal));
        var report = await ExamineAsync(server, mayWrite: true);

        Assert.Equal(DoctorMark.Wrong, Of(report, "write access").Mark);
        Assert.Equal((DoctorMark.Good, DoctorMark.Good), (Of(report, "uploads").Mark, Of(report, "file times").Mark));
        Assert.Equal(["año.txt", "version.ini"], Directory.GetFileSystemEntries(_temp.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_login_ends_the_examination_with_its_reason()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.RefuseLogin();

        var report = await ExamineAsync(server);

        Assert.IsType<UnreachableException>(report.Failure);
        Assert.Contains("refused the login", Of(report, "login").What, StringComparison.Ordinal);
        Assert.Equal(["server", "TLS", "login"], report.Findings.Select(finding => finding.Subject));
        Assert.Empty(report.Settings);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_drops_a_probe_is_examined_to_the_end()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = command => command == "PASV" ? FaultAction.Close() : null;

        var report = await ExamineAsync(server);

        Assert.Equal((null, true), (report.Failure, report.IsPartial));
        Assert.Equal(DoctorMark.Wrong, Of(report, "passive mode").Mark);
        Assert.Equal(DoctorMark.Good, Of(report, "listing").Mark);
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_is_shown_with_its_fingerprint_and_no_password_is_sent_over_it()
    {
        using var key = RSA.Create(2048);
        var asked = new CertificateRequest("CN=ftp.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = asked.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(300));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        long afterHandshake = -1;
        await using var server = new ScriptedProxy(async (self, client) =>
        {
            await client.WriteAsync("220 ready\r\n"u8.ToArray(), self.Stop);
            var word = System.Text.Encoding.ASCII.GetString(await self.ReadAsync(client, 4));
            if (word != "AUTH")
            {
                await client.WriteAsync("530 no\r\n"u8.ToArray(), self.Stop);
                return;
            }

            await self.ReadAsync(client, 6);
            await client.WriteAsync("234 go on\r\n"u8.ToArray(), self.Stop);
            await using var secured = new SslStream(client, leaveInnerStreamOpen: true);
            await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, self.Stop);
            Volatile.Write(ref afterHandshake, await secured.ReadAsync(new byte[100], self.Stop));
        });
        var settings = new ServerSettings { Url = $"ftp://127.0.0.1:{server.Port}", User = "ana", Password = new Secret("s3cret") };

        var report = await Doctors.ExamineAsync(new DoctorRequest(TransportTestOptions.Create(server: settings)), default);

        var tls = Of(report, "TLS");
        Assert.Contains("ftp.test", tls.What, StringComparison.Ordinal);
        Assert.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(), tls.What, StringComparison.Ordinal);
        Assert.Contains("no authority known here", tls.Advice, StringComparison.Ordinal);
        for (var i = 0; i < 100 && Volatile.Read(ref afterHandshake) < 0; i++)
            await Task.Delay(20);
        Assert.Equal(0, Volatile.Read(ref afterHandshake));
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_is_examined_too()
    {
        var options = TransportTestOptions.Create(server: new ServerSettings { Url = _temp.Root });
        var report = await Doctors.ExamineAsync(new DoctorRequest(options) { MayWrite = true }, default);
        Assert.StartsWith("2 entries", Of(report, "listing").What, StringComparison.Ordinal);
        Assert.Equal((DoctorMark.Good, DoctorMark.Wrong), (Of(report, "version.ini").Mark, Of(report, "write access").Mark));

        var nowhere = TransportTestOptions.Create(server: new ServerSettings { Url = _temp["none"] });
        Assert.IsType<MissingException>((await Doctors.ExamineAsync(new DoctorRequest(nowhere), default)).Failure);
    }
}
