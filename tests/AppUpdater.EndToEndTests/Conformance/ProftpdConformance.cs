using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.Conformance;

public abstract class ProftpdConformanceServer(bool tls) : ConformanceServer
{
    private int _port;

    protected override string Url => tls ? $"ftps://127.0.0.1:{_port}" : $"ftp://127.0.0.1:{_port}";

    protected override (string User, string Password)? Login => (ServerLogin.User, ServerLogin.Password);

    protected override string Needs => ServerPrograms.Proftpd;

    protected override async Task<IAsyncDisposable> StartAsync()
    {
        var server = await ProftpdServer.StartAsync(Served, tls ? Authority : null);
        _port = server.Port;
        return server;
    }
}

public sealed class ProftpdPlain() : ProftpdConformanceServer(tls: false);

public sealed class ProftpdTls() : ProftpdConformanceServer(tls: true);

[ProvenServer("ProFTPD plain", Needs = ServerPrograms.Proftpd)]
public sealed class ProftpdPlainConformance(ProftpdPlain server) : FtpConformance(server), IClassFixture<ProftpdPlain>;

[ProvenServer("ProFTPD TLS", Needs = ServerPrograms.Proftpd)]
public sealed class ProftpdTlsConformance(ProftpdTls server) : FtpConformance(server), IClassFixture<ProftpdTls>
{
    [ConformanceFact]
    public Task An_unknown_authority_is_not_trusted() => TlsCheck.RefusesAnUnknownAuthorityAsync(Server, Place);

    /// <summary>With 1.3 it takes one upload per connection, which is why 1.2 is the default: each file arrives, with one more try at most.</summary>
    [ConformanceFact]
    public async Task Over_TLS_1_3_forty_files_go_up_at_once_and_come_back()
    {
        var target = Kept(Server.OpenTargetOverTls13(Place.Name));
        await Parallel.ForAsync(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, ct) =>
            await UploadAsync(target, $"f{i}", ServedPlace.Bytes(i * 10_000, seed: i), ct: ct));
        Assert.Equal(40, Place.Files().Count);
        for (var i = 0; i < 40; i++)
            Assert.Equal(ServedPlace.Bytes(i * 10_000, seed: i), Place.Read($"f{i}"));
    }
}
