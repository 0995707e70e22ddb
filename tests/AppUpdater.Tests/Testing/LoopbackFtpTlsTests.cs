using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Testing;

[SuppressMessage("Security", "CA5398", Justification = "The versions differ in what is counted and seen here.")]
public sealed class LoopbackFtpTlsTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(FtpTlsMode.Explicit, "ftps")]
    [InlineData(FtpTlsMode.Implicit, "ftps+implicit")]
    public async Task A_file_travels_both_ways_and_each_end_is_told(FtpTlsMode mode, string scheme)
    {
        _folder.Write("a.txt", "abc");
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Tls = mode, RequireTls = true });
        using var client = await LogInAsync(server);
        Assert.Equal(scheme, server.Url.Scheme);
        Assert.StartsWith("200", await client.SendAsync("PROT P"), StringComparison.Ordinal);

        using var down = await client.OpenDataAsync();
        Assert.StartsWith("150", await client.SendAsync("RETR a.txt"), StringComparison.Ordinal);
        await using (var data = await RawFtpClient.SecureAsync(down.GetStream()))
            Assert.Equal("abc", await new StreamReader(data).ReadToEndAsync());
        Assert.StartsWith("226", await client.ReadAsync(), StringComparison.Ordinal);

        using var up = await client.OpenDataAsync();
        Assert.StartsWith("150", await client.SendAsync("STOR b.txt"), StringComparison.Ordinal);
        await using (var data = await RawFtpClient.SecureAsync(up.GetStream()))
        {
            await data.WriteAsync("hello"u8.ToArray());
            await data.ShutdownAsync();
            Assert.Equal(0, await data.ReadAsync(new byte[1]));
        }

        Assert.StartsWith("226", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("hello", await File.ReadAllTextAsync(_folder["b.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Without_TLS_nobody_is_let_in_where_it_is_required()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Tls = FtpTlsMode.Explicit, RequireTls = true });
        using var plain = await RawFtpClient.ConnectAsync(server);
        await plain.ReadAsync();
        Assert.StartsWith("530", await plain.SendAsync("USER anonymous"), StringComparison.Ordinal);
        Assert.StartsWith("503", await plain.SendAsync("PBSZ 0"), StringComparison.Ordinal);
        using var client = await LogInAsync(server);

        Assert.StartsWith("522", (await client.FetchAsync("LIST")).Opening, StringComparison.Ordinal);
        Assert.StartsWith("534", await client.SendAsync("PROT C"), StringComparison.Ordinal);
        Assert.Contains(" AUTH TLS\n", await client.SendAsync("FEAT"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Its_own_certificate_is_for_this_machine_and_its_fingerprint_is_known()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Tls = FtpTlsMode.Implicit });
        using var tcp = new TcpClient("127.0.0.1", server.Port);
        await using var secure = await RawFtpClient.SecureAsync(tcp.GetStream());

        var shown = secure.RemoteCertificate!;
        Assert.Equal(server.Fingerprint, shown.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());
        using var certificate = new System.Security.Cryptography.X509Certificates.X509Certificate2(shown);
        Assert.All(["localhost", "127.0.0.1", "::1"], name => Assert.True(certificate.MatchesHostname(name)));
    }

    [Theory(Timeout = Limit)]
    [InlineData(SslProtocols.Tls12, 2)]
    [InlineData(SslProtocols.Tls13, 1)]
    public async Task A_handshake_counts_and_waits_as_often_as_its_client_does(SslProtocols version, int turns)
    {
        var latency = TimeSpan.FromMilliseconds(300);
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions
        {
            Tls = FtpTlsMode.Explicit, TlsVersions = version, Latency = latency,
        });
        using var client = await RawFtpClient.ConnectAsync(server);
        await client.ReadAsync();
        await client.SendAsync("AUTH TLS");
        var (before, started) = (server.RoundTrips, TimeProvider.System.GetTimestamp());

        await client.SecureAsync();

        Assert.Equal(before + turns, server.RoundTrips);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), latency * (turns - 0.1), latency * (turns + 0.9));
    }

    [Theory(Timeout = Limit)]
    [InlineData(FtpTlsFault.RefuseAuth, "AUTH TLS", "534")]
    [InlineData(FtpTlsFault.InjectReply, "AUTH TLS", "234", "230")]
    public async Task AUTH_goes_wrong_as_asked(FtpTlsFault fault, string command, params string[] codes)
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Tls = FtpTlsMode.Explicit });
        server.Faults.Tls = fault;
        using var client = await RawFtpClient.ConnectAsync(server);
        await client.ReadAsync();
        Assert.Contains("AUTH TLS", await client.SendAsync("FEAT"), StringComparison.Ordinal);

        await client.WriteAsync(command);
        foreach (var code in codes)
            Assert.StartsWith(code, await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_handshake_is_never_answered_or_protection_refused_as_asked()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Tls = FtpTlsMode.Explicit });
        server.Faults.Tls = FtpTlsFault.NoHandshake;
        using var waiting = await RawFtpClient.ConnectAsync(server);
        await waiting.ReadAsync();
        await waiting.SendAsync("AUTH TLS");
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.SecureAsync().WaitAsync(TimeSpan.FromMilliseconds(500)));

        server.Faults.Tls = FtpTlsFault.RefuseProtection;
        using var client = await LogInAsync(server);
        Assert.StartsWith("536", await client.SendAsync("PROT P"), StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(FtpTlsFault.None, true)]
    [InlineData(FtpTlsFault.NoCloseNotify, false)]
    public async Task The_end_of_the_data_is_told_unless_asked_otherwise(FtpTlsFault fault, bool told)
    {
        _folder.Write("a.txt", "abc");
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Tls = FtpTlsMode.Explicit, TlsVersions = SslProtocols.Tls12 });
        server.Faults.Tls = fault;
        using var client = await LogInAsync(server);
        await client.SendAsync("PROT P");
        using var tcp = await client.OpenDataAsync();
        await client.SendAsync("RETR a.txt");
        await using var watched = new WatchedStream(tcp.GetStream());
        await using var data = await RawFtpClient.SecureAsync(watched, SslProtocols.Tls12);
        await new StreamReader(data).ReadToEndAsync();

        // RFC 5246, 6.2.1: an alert's record is of type 21, and two bytes and what protects them is short.
        Assert.Equal(told, watched.LastRecords.Contains((byte)21));
    }

    private static async Task<RawFtpClient> LogInAsync(LoopbackFtpServer server)
    {
        var client = await RawFtpClient.ConnectAsync(server);
        if (server.Url.Scheme == "ftps+implicit")
            await client.SecureAsync();
        Assert.StartsWith("220", await client.ReadAsync(), StringComparison.Ordinal);
        if (server.Url.Scheme == "ftps")
        {
            Assert.StartsWith("234", await client.SendAsync("AUTH TLS"), StringComparison.Ordinal);
            await client.SecureAsync();
        }

        await client.SendAsync("USER anonymous");
        Assert.StartsWith("230", await client.SendAsync("PASS x@y"), StringComparison.Ordinal);
        Assert.StartsWith("200", await client.SendAsync("TYPE I"), StringComparison.Ordinal);
        Assert.StartsWith("200", await client.SendAsync("PBSZ 0"), StringComparison.Ordinal);
        return client;
    }
}
