using System.Security.Cryptography.X509Certificates;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.Conformance;

public sealed class FolderServer : ConformanceServer
{
    protected override string Url => Served;

    protected override Task<IAsyncDisposable> StartAsync() => Task.FromResult<IAsyncDisposable>(new Nothing());

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

[ProvenServer("folder")]
public sealed class FolderConformance(FolderServer server) : TargetConformance(server), IClassFixture<FolderServer>;

public sealed class LoopbackServer : ConformanceServer
{
    private int _port;

    protected override string Url => $"ftp://127.0.0.1:{_port}";

    protected override Task<IAsyncDisposable> StartAsync()
    {
        var server = LoopbackFtpServer.Start(Served);
        _port = server.Port;
        return Task.FromResult<IAsyncDisposable>(server);
    }
}

[ProvenServer("AppUpdater's own FTP server")]
public sealed class LoopbackConformance(LoopbackServer server) : TargetConformance(server), IClassFixture<LoopbackServer>;

/// <summary>Explicit TLS, without which it lets nobody in.</summary>
public sealed class LoopbackTls : ConformanceServer
{
    private X509Certificate2? _certificate;
    private int _port;

    protected override string Url => $"ftps://localhost:{_port}";

    protected override Task<IAsyncDisposable> StartAsync()
    {
        // Windows takes a server's key from a key container only, not from memory.
        using var read = X509Certificate2.CreateFromPemFile(Authority.CertificateFile, Authority.KeyFile);
        _certificate = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), password: null);
        var server = LoopbackFtpServer.Start(Served, new FtpServerOptions { Tls = FtpTlsMode.Explicit, RequireTls = true, Certificate = _certificate });
        _port = server.Port;
        return Task.FromResult<IAsyncDisposable>(server);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _certificate?.Dispose();
        base.Dispose(disposing);
    }
}

[ProvenServer("AppUpdater's own FTP server, explicit TLS")]
public sealed class LoopbackTlsConformance(LoopbackTls server) : TargetConformance(server), IClassFixture<LoopbackTls>
{
    [ConformanceFact]
    public Task An_unknown_authority_is_not_trusted() => TlsCheck.RefusesAnUnknownAuthorityAsync(Server, Place);
}

public sealed class KestrelPlain : ConformanceServer
{
    private int _port;

    protected override string Url => $"http://127.0.0.1:{_port}";

    protected override async Task<IAsyncDisposable> StartAsync()
    {
        var server = await KestrelServer.StartAsync(Served);
        _port = server.Port;
        return server;
    }
}

[ProvenServer("Kestrel")]
public sealed class KestrelConformance(KestrelPlain server) : HttpConformance(server), IClassFixture<KestrelPlain>;
