using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.Conformance;

public abstract class VsftpdConformanceServer(VsftpdTls tls) : ConformanceServer
{
    private int _port;

    protected override string Url => tls switch
    {
        VsftpdTls.None => $"ftp://127.0.0.1:{_port}",
        VsftpdTls.Explicit => $"ftps://localhost:{_port}",
        _ => $"ftps+implicit://localhost:{_port}",
    };

    protected override string Needs => ServerPrograms.Vsftpd;

    protected override async Task<IAsyncDisposable> StartAsync()
    {
        var authority = tls == VsftpdTls.None ? null : Authority;
        var server = await VsftpdServer.StartAsync(Served, new VsftpdOptions { Writable = true, Tls = tls, Authority = authority });
        _port = server.Port;
        return server;
    }
}

public sealed class VsftpdPlain() : VsftpdConformanceServer(VsftpdTls.None);

public sealed class VsftpdExplicit() : VsftpdConformanceServer(VsftpdTls.Explicit);

public sealed class VsftpdImplicit() : VsftpdConformanceServer(VsftpdTls.Implicit);

[ProvenServer("vsftpd plain", Needs = ServerPrograms.Vsftpd)]
public sealed class VsftpdPlainConformance(VsftpdPlain server) : FtpConformance(server), IClassFixture<VsftpdPlain>;

[ProvenServer("vsftpd explicit TLS", Needs = ServerPrograms.Vsftpd)]
public sealed class VsftpdExplicitConformance(VsftpdExplicit server) : FtpConformance(server), IClassFixture<VsftpdExplicit>
{
    [ConformanceFact]
    public Task An_unknown_authority_is_not_trusted() => TlsCheck.RefusesAnUnknownAuthorityAsync(Server, Place);
}

[ProvenServer("vsftpd implicit TLS", Needs = ServerPrograms.Vsftpd)]
public sealed class VsftpdImplicitConformance(VsftpdImplicit server) : FtpConformance(server), IClassFixture<VsftpdImplicit>
{
    [ConformanceFact]
    public Task An_unknown_authority_is_not_trusted() => TlsCheck.RefusesAnUnknownAuthorityAsync(Server, Place);
}
