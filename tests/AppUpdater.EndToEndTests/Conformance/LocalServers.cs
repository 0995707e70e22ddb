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
