using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.Conformance;

public abstract class NginxConformanceServer(bool tls) : ConformanceServer
{
    private int _port;

    protected override string Url => tls ? $"https://localhost:{_port}" : $"http://127.0.0.1:{_port}";

    /// <summary>ngx_http_autoindex_module leaves them out, whatever its settings.</summary>
    internal override bool ListsDotNames => false;

    protected override string Needs => ServerPrograms.Nginx;

    protected override async Task<IAsyncDisposable> StartAsync()
    {
        var server = await NginxServer.StartAsync(Served, tls ? Authority : null);
        _port = server.Port;
        return server;
    }
}

public sealed class NginxPlain() : NginxConformanceServer(tls: false);

public sealed class NginxTls() : NginxConformanceServer(tls: true);

[ProvenServer("nginx plain", Needs = ServerPrograms.Nginx)]
public sealed class NginxPlainConformance(NginxPlain server) : HttpConformance(server), IClassFixture<NginxPlain>;

[ProvenServer("nginx TLS", Needs = ServerPrograms.Nginx)]
public sealed class NginxTlsConformance(NginxTls server) : HttpConformance(server), IClassFixture<NginxTls>
{
    [ConformanceFact]
    public Task An_unknown_authority_is_not_trusted() => TlsCheck.RefusesAnUnknownAuthorityAsync(Server, Place);
}
