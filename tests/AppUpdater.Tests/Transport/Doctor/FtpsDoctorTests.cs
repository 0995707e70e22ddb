using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Tests.Transport.Doctor;

/// <summary>TLS on FTP servers: offered, demanded, broken; and the password, which must not go out before it.</summary>
public sealed class FtpsDoctorTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public FtpsDoctorTests() => _temp.Write("version.ini", "[version]\n");

    public void Dispose() => _temp.Dispose();

    private LoopbackFtpServer Start(FtpTlsMode tls, bool requireTls = false, int most = int.MaxValue) => LoopbackFtpServer.Start(
        _temp.Root, new FtpServerOptions { User = "ana", Password = "s3cret", Tls = tls, RequireTls = requireTls, MaxConnections = most });

    private static Task<DoctorReport> ExamineAsync(string url, string? fingerprint, bool mayWrite = false, CancellationToken ct = default)
    {
        var server = new ServerSettings { Url = url, User = "ana", Password = new Secret("s3cret"), Fingerprint = fingerprint };
        return Doctors.ExamineAsync(new DoctorRequest(TransportTestOptions.Create(server: server)) { Connections = 2, MayWrite = mayWrite }, ct);
    }

    private static DoctorFinding Of(DoctorReport report, string subject) => Assert.Single(report.Findings, finding => finding.Subject == subject);

    [Theory(Timeout = Limit)]
    [InlineData(FtpTlsMode.Explicit)]
    [InlineData(FtpTlsMode.Implicit)]
    public async Task A_server_with_TLS_is_examined_over_it(FtpTlsMode mode)
    {
        await using var server = Start(mode, requireTls: true);

        var report = await ExamineAsync(server.Url.AbsoluteUri, server.Fingerprint);

        Assert.Equal((null, false), (report.Failure, report.IsPartial));
        foreach (var subject in (string[])["TLS", "login", "listing", "resume", "transfers", "connections"])
            Assert.Equal((subject, DoctorMark.Good), (subject, Of(report, subject).Mark));
        Assert.Contains($"fingerprint = {server.Fingerprint}", report.Settings);
        Assert.Contains($"url = {server.Url.AbsoluteUri.TrimEnd('/')}", report.Settings);
    }

    [Theory(Timeout = Limit)]
    [InlineData(FtpTlsMode.Explicit)]
    [InlineData(FtpTlsMode.Implicit)]
    public async Task A_certificate_that_is_not_accepted_gets_no_login_and_is_shown(FtpTlsMode mode)
    {
        await using var server = Start(mode);

        var report = await ExamineAsync(server.Url.AbsoluteUri, fingerprint: null);

        Assert.IsType<UntrustedException>(report.Failure);
        Assert.Contains($"--fingerprint {server.Fingerprint}", Of(report, "TLS").Advice, StringComparison.Ordinal);
        Assert.StartsWith("not tried", Of(report, "login").What, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("USER", StringComparison.Ordinal) || command.StartsWith("PASS", StringComparison.Ordinal));
        Assert.Empty(report.Settings);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_refuses_TLS_gets_no_login_where_the_URL_has_it()
    {
        await using var server = Start(FtpTlsMode.Explicit);
        server.Faults.Tls = FtpTlsFault.RefuseAuth;

        var report = await ExamineAsync(server.Url.AbsoluteUri, server.Fingerprint);

        Assert.IsType<UnreachableException>(report.Failure);
        Assert.StartsWith("not offered: 534", Of(report, "TLS").What, StringComparison.Ordinal);
        Assert.All(server.Commands, command => Assert.StartsWith("AUTH", command, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task TLS_that_is_offered_and_works_is_suggested_also_where_one_connection_is_all()
    {
        await using var server = Start(FtpTlsMode.Explicit, most: 1);

        var report = await ExamineAsync($"ftp://127.0.0.1:{server.Port}", fingerprint: null);

        Assert.Equal((null, false), (report.Failure, report.IsPartial));
        Assert.Contains("Write ftps://", Of(report, "TLS").Advice, StringComparison.Ordinal);
        Assert.Equal(
            [
                "[server]", $"url = ftps://127.0.0.1:{server.Port}", "user = ana", "; an environment variable; the password itself may stand here as well",
                "password = %APPUPDATER_PASSWORD%", $"fingerprint = {server.Fingerprint}", "[update]", "connections = 1",
            ],
            report.Settings.AsEnumerable());
    }

    [Fact(Timeout = Limit)]
    public async Task TLS_whose_data_would_go_in_the_clear_is_not_suggested()
    {
        await using var server = Start(FtpTlsMode.Explicit);
        server.Faults.Tls = FtpTlsFault.RefuseProtection;

        var report = await ExamineAsync($"ftp://127.0.0.1:{server.Port}", fingerprint: null);

        Assert.Contains("536", Of(report, "TLS").Advice, StringComparison.Ordinal);
        Assert.Contains($"url = ftp://127.0.0.1:{server.Port}", report.Settings);
    }

    [Theory(Timeout = Limit)]
    [InlineData("STOR")]
    [InlineData("APPE")]
    [InlineData("RETR")]
    public async Task What_was_written_is_removed_also_where_the_connection_breaks(string verb)
    {
        await using var server = Start(FtpTlsMode.Explicit);
        server.Faults.OnCommand = command =>
            command.StartsWith(verb, StringComparison.Ordinal) && command.Contains("appupdater-doctor", StringComparison.Ordinal) ? FaultAction.Close() : null;

        var report = await ExamineAsync(server.Url.AbsoluteUri, server.Fingerprint, mayWrite: true);

        Assert.True(report.IsPartial);
        Assert.Equal(["version.ini"], Directory.GetFileSystemEntries(_temp.Root).Select(Path.GetFileName));
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_written_is_removed_also_after_a_cancel()
    {
        await using var server = Start(FtpTlsMode.Explicit);
        using var stop = new CancellationTokenSource();
        server.Faults.OnCommand = command =>
        {
            if (command.StartsWith("APPE", StringComparison.Ordinal))
                stop.Cancel();
            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ExamineAsync(server.Url.AbsoluteUri, server.Fingerprint, mayWrite: true, stop.Token));

        Assert.Contains(server.Commands, command => command.StartsWith("DELE", StringComparison.Ordinal));
        Assert.Equal(["version.ini"], Directory.GetFileSystemEntries(_temp.Root).Select(Path.GetFileName));
    }

    [Fact(Timeout = Limit)]
    public async Task What_can_not_be_removed_is_named()
    {
        await using var server = Start(FtpTlsMode.Explicit);
        server.Faults.OnCommand = command => command.StartsWith("DELE", StringComparison.Ordinal) ? FaultAction.Answer("550 No.") : null;

        var report = await ExamineAsync(server.Url.AbsoluteUri, server.Fingerprint, mayWrite: true);

        Assert.Contains(".appupdater-doctor-", Of(report, "left behind").What, StringComparison.Ordinal);
    }
}
