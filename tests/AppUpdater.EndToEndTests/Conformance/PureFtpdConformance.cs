using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.Conformance;

public abstract class PureFtpdConformanceServer(bool tls) : ConformanceServer
{
    private int _port;

    protected override string Url => tls ? $"ftps://localhost:{_port}" : $"ftp://127.0.0.1:{_port}";

    protected override (string User, string Password)? Login => (ServerLogin.User, ServerLogin.Password);

    protected override string Needs => ServerPrograms.PureFtpd;

    protected override async Task<IAsyncDisposable> StartAsync()
    {
        var server = await PureFtpdServer.StartAsync(Served, tls ? Authority : null);
        _port = server.Port;
        return server;
    }
}

public sealed class PureFtpdPlain() : PureFtpdConformanceServer(tls: false);

public sealed class PureFtpdTls() : PureFtpdConformanceServer(tls: true);

[ProvenServer("Pure-FTPd plain", Needs = ServerPrograms.PureFtpd)]
public sealed class PureFtpdPlainConformance(PureFtpdPlain server) : FtpConformance(server), IClassFixture<PureFtpdPlain>;

[ProvenServer("Pure-FTPd TLS", Needs = ServerPrograms.PureFtpd)]
public sealed class PureFtpdTlsConformance(PureFtpdTls server) : FtpConformance(server), IClassFixture<PureFtpdTls>
{
    [ConformanceFact]
    public Task An_unknown_authority_is_not_trusted() => TlsCheck.RefusesAnUnknownAuthorityAsync(Server, Place);
}
