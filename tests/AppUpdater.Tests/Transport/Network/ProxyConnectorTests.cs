using System.Net;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using AppUpdater.Transport.Network;
using static AppUpdater.Tests.Transport.Network.ProxyTesting;

namespace AppUpdater.Tests.Transport.Network;

public sealed class ProxyConnectorTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private LoopbackFtpServer Serve()
    {
        _temp.Write("served/a.txt", "hello");
        return LoopbackFtpServer.Start(_temp["served"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Control_and_data_go_through_the_proxy_which_resolves_the_name(bool socks)
    {
        await using var server = Serve();
        await using var proxy = socks ? ScriptedProxy.Socks() : ScriptedProxy.Http();
        var settings = new ServerSettings
        {
            Url = "x", Proxy = Through(socks ? ProxyKind.Socks5 : ProxyKind.HttpConnect, proxy.Port),
        };
        await using var source = new FtpSource(
            RemoteLocation.Parse($"ftp://only.the.proxy.knows.invalid:{server.Port}"), TransportTestOptions.Create(server: settings));

        Assert.Equal("hello", Encoding.ASCII.GetString(await source.ReadAllAsync("a.txt")));
        Assert.Equal(["a.txt"], (await source.ListAllAsync()).Select(entry => entry.Path.Value));

        var targets = proxy.Asked.Where(asked => asked.Contains("only.the.proxy.knows.invalid:", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, targets.Count);
        Assert.Contains($"only.the.proxy.knows.invalid:{server.Port}", targets[0], StringComparison.Ordinal);
        Assert.DoesNotContain(targets.Skip(1), target => target.Contains($":{server.Port}", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task CONNECT_has_host_and_credentials_as_the_RFCs_want_them()
    {
        await using var server = Serve();
        await using var proxy = ScriptedProxy.Http();
        await using (await Connector(ProxyKind.HttpConnect, proxy.Port, withLogin: true).ConnectAsync("h.example", server.Port, default))
        {
            var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"ana:{Password}"));
            Assert.Equal(
                $"CONNECT h.example:{server.Port} HTTP/1.1\r\nHost: h.example:{server.Port}\r\nProxy-Authorization: Basic {login}\r\n\r\n",
                Assert.Single(proxy.Asked));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task SOCKS_logs_in_where_the_proxy_wants_it()
    {
        await using var server = Serve();
        await using var proxy = ScriptedProxy.Socks(method: 2);
        await using (await Connector(ProxyKind.Socks5, proxy.Port, withLogin: true).ConnectAsync("h.example", server.Port, default))
            Assert.Equal(["methods 0002", $"login ana:{Password}", $"3 h.example:{server.Port}"], proxy.Asked);
    }

    [Theory(Timeout = Limit)]
    [InlineData("::1", "4 ::1", "CONNECT [::1]:")]
    [InlineData("127.0.0.1", "1 127.0.0.1", "CONNECT 127.0.0.1:")]
    [InlineData("bücher.example", "3 xn--bcher-kva.example", "CONNECT xn--bcher-kva.example:")]
    public async Task Addresses_and_names_beyond_ASCII_are_written_as_each_protocol_wants(string host, string socksTarget, string connectTarget)
    {
        await using var server = Serve();
        await using var socks = Anywhere(() => ScriptedProxy.Socks(), server.Port);
        await using (await Connector(ProxyKind.Socks5, socks.Port).ConnectAsync(host, 2121, default))
            Assert.Equal($"{socksTarget}:2121", socks.Asked[1]);
        await using var http = Anywhere(() => ScriptedProxy.Http(), server.Port);
        await using (await Connector(ProxyKind.HttpConnect, http.Port).ConnectAsync(host, 2121, default))
            Assert.StartsWith($"{connectTarget}2121 ", http.Asked[0], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_proxy_that_says_nothing_or_a_byte_now_and_then_ends_with_the_time_out(bool socks)
    {
        await using var proxy = new ScriptedProxy(async (self, client) =>
        {
            if (!socks)
                await client.WriteAsync("HTTP/1."u8.ToArray(), self.Stop);
            while (!socks)
            {
                await client.WriteAsync("x"u8.ToArray(), self.Stop);
                await Task.Delay(50, self.Stop);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, self.Stop);
        });
        var failure = await FailureAsync(Connector(socks ? ProxyKind.Socks5 : ProxyKind.HttpConnect, proxy.Port, seconds: 0.3));
        Assert.Contains("did not connect to ftp.example.org:21 within 0.3 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_proxy_that_is_not_there_is_named_as_the_proxy()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var failure = await FailureAsync(Connector(ProxyKind.Socks5, port));
        Assert.StartsWith($"The proxy socks5://127.0.0.1:{port} of [server] proxy can't be reached: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_is_no_failure_of_the_proxy()
    {
        await using var proxy = new ScriptedProxy((self, _) => Task.Delay(Timeout.InfiniteTimeSpan, self.Stop));
        using var soon = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Connector(ProxyKind.HttpConnect, proxy.Port).ConnectAsync("h", 21, soon.Token));
    }

    [Fact]
    public void What_a_proxy_can_not_be_told_is_refused_before_anything_is_sent()
    {
        var colon = new ProxySettings(ProxyKind.HttpConnect, "p", 1) { User = "a:b" };
        Assert.Throws<SettingsException>(() => Connectors.For(colon, TimeSpan.FromSeconds(1)));
        var long256 = new ProxySettings(ProxyKind.Socks5, "p", 1) { User = new string('x', 256) };
        Assert.Throws<SettingsException>(() => Connectors.For(long256, TimeSpan.FromSeconds(1)));
        Assert.IsType<DirectConnector>(Connectors.For(ProxySettings.System, TimeSpan.FromSeconds(1)));
        Assert.IsType<DirectConnector>(Connectors.For(ProxySettings.None, TimeSpan.FromSeconds(1)));
    }
}
