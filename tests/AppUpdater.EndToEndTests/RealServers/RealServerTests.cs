using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>That the fixtures are what they say, asked without AppUpdater's own transports.</summary>
public sealed class RealServerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public RealServerTests() => File.WriteAllText(Path.Join(_folder.Root, "f"), "0123456789");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [ServerFact(ServerPrograms.Vsftpd)]
    public async Task Vsftpd_speaks_TLS_after_AUTH_and_from_the_first_byte()
    {
        await using var after = await VsftpdServer.StartAsync(_folder.Root, new VsftpdOptions { Tls = VsftpdTls.Explicit, Authority = _authority });
        Assert.StartsWith("530", await LoginWithoutTlsAsync(after.Port), StringComparison.Ordinal);
        await ShakeHandsAsync(after.Port, plainFirst: true);
        await using var first = await VsftpdServer.StartAsync(_folder.Root, new VsftpdOptions { Tls = VsftpdTls.Implicit, Authority = _authority });
        await ShakeHandsAsync(first.Port, plainFirst: false);
    }

    [ServerFact(ServerPrograms.Vsftpd)]
    public async Task Vsftpd_turns_away_more_than_it_was_told_to_take()
    {
        await using var server = await VsftpdServer.StartAsync(_folder.Root, new VsftpdOptions { MaxPerAddress = 2 });

        // The connection by which its start was noticed may still count for a moment.
        var limit = TimeProvider.System.GetTimestamp();
        var held = new List<TcpClient>();
        try
        {
            while (held.Count < 2 && TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(10))
            {
                var (client, said) = await GreetAsync(server.Port);
                if (said.StartsWith("220", StringComparison.Ordinal))
                    held.Add(client);
                else
                    client.Dispose();
            }

            var (last, refusal) = await GreetAsync(server.Port);
            using (last)
                Assert.StartsWith("421", refusal, StringComparison.Ordinal);
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }
    }

    [ServerFact(ServerPrograms.Proftpd)]
    public async Task Proftpd_demands_TLS_and_is_gone_after_dispose()
    {
        int port;
        await using (var server = await ProftpdServer.StartAsync(_folder.Root, _authority))
        {
            port = server.Port;
            Assert.StartsWith("550", await LoginWithoutTlsAsync(port), StringComparison.Ordinal);
            await ShakeHandsAsync(port, plainFirst: true);
        }

        await AssertGoneAsync(port);
    }

    [ServerFact(ServerPrograms.PureFtpd)]
    public async Task Pure_FTPd_demands_TLS_and_is_gone_after_dispose()
    {
        int port;
        await using (var server = await PureFtpdServer.StartAsync(_folder.Root, _authority))
        {
            port = server.Port;
            Assert.StartsWith("421", await LoginWithoutTlsAsync(port), StringComparison.Ordinal);
            await ShakeHandsAsync(port, plainFirst: true);
        }

        await AssertGoneAsync(port);
    }

    [ServerFact(ServerPrograms.Nginx)]
    public async Task Nginx_sends_ranges_by_HTTP_2_and_is_gone_after_dispose()
    {
        int port;
        await using (var server = await NginxServer.StartAsync(_folder.Root, _authority))
        {
            port = server.Port;
            using var response = await GetRangeAsync($"https://localhost:{port.ToString(CultureInfo.InvariantCulture)}/f");
            Assert.Equal(new Version(2, 0), response.Version);
            await AssertRangeAsync(response);
        }

        await AssertGoneAsync(port);
    }

    [Fact]
    public async Task Kestrel_sends_ranges_and_is_gone_after_dispose()
    {
        int port;
        await using (var server = await KestrelServer.StartAsync(_folder.Root))
        {
            port = server.Port;
            using var response = await GetRangeAsync($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/f");
            await AssertRangeAsync(response);
        }

        await AssertGoneAsync(port);
    }

    private static async Task AssertRangeAsync(HttpResponseMessage response)
    {
        Assert.Equal(System.Net.HttpStatusCode.PartialContent, response.StatusCode);
        Assert.NotNull(response.Headers.ETag);
        Assert.Equal("234", await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> GetRangeAsync(string url)
    {
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = Trusts } };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = new Version(2, 0) };
        request.Headers.Range = new RangeHeaderValue(2, 4);
        return await client.SendAsync(request);
    }

    private async Task ShakeHandsAsync(int port, bool plainFirst)
    {
        using var client = new TcpClient("127.0.0.1", port);
        var stream = client.GetStream();
        if (plainFirst)
        {
            Assert.StartsWith("220", await ReadReplyAsync(stream), StringComparison.Ordinal);
            await stream.WriteAsync("AUTH TLS\r\n"u8.ToArray());
            Assert.StartsWith("234", await ReadReplyAsync(stream), StringComparison.Ordinal);
        }

        await using var tls = new SslStream(stream, leaveInnerStreamOpen: false, Trusts);
        await tls.AuthenticateAsClientAsync("localhost");
        if (!plainFirst)
            Assert.StartsWith("220", await ReadReplyAsync(tls), StringComparison.Ordinal);
    }

    private bool Trusts(object sender, X509Certificate? shown, X509Chain? built, SslPolicyErrors errors)
    {
        using var certificate = new X509Certificate2(shown!);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(_authority.AuthorityFile);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate) && certificate.MatchesHostname("localhost");
    }

    private static async Task<string> LoginWithoutTlsAsync(int port)
    {
        var (client, _) = await GreetAsync(port);
        using (client)
        {
            await client.GetStream().WriteAsync("USER tester\r\n"u8.ToArray());
            var reply = await ReadReplyAsync(client.GetStream());
            if (!reply.StartsWith('3'))
                return reply;
            await client.GetStream().WriteAsync("PASS secret\r\n"u8.ToArray());
            return await ReadReplyAsync(client.GetStream());
        }
    }

    private static async Task<(TcpClient Client, string Said)> GreetAsync(int port)
    {
        var client = new TcpClient("127.0.0.1", port);
        return (client, await ReadReplyAsync(client.GetStream()));
    }

    /// <summary>The last line of a reply; byte by byte, since TLS may begin behind it.</summary>
    private static async Task<string> ReadReplyAsync(Stream stream)
    {
        while (true)
        {
            var line = new System.Text.StringBuilder();
            var next = new byte[1];
            do
            {
                await stream.ReadExactlyAsync(next);
                line.Append((char)next[0]);
            }
            while (next[0] != '\n');
            if (line.Length > 3 && line[3] == ' ')
                return line.ToString();
        }
    }

    private static async Task AssertGoneAsync(int port)
    {
        using var late = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync("127.0.0.1", port));
    }
}
