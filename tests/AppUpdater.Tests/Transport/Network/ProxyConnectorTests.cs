using System.Net;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using AppUpdater.Transport.Network;

namespace AppUpdater.Tests.Transport.Network;

public sealed class ProxyConnectorTests : IDisposable
{
    private const int Limit = 60_000;
    private const string Password = "pr0xy-s3cret";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static ProxySettings Settings(ProxyKind kind, int port, bool withLogin = false) => new(kind, "127.0.0.1", port)
    {
        User = withLogin ? "ana" : null,
        Password = withLogin ? new Secret(Password) : null,
    };

    private static IConnector Connector(ProxyKind kind, int port, bool withLogin = false, double seconds = 10) =>
        Connectors.For(Settings(kind, port, withLogin), TimeSpan.FromSeconds(seconds));

    private static async Task<UnreachableException> FailureAsync(IConnector connector, string host = "ftp.example.org", CancellationToken ct = default)
    {
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => connector.ConnectAsync(host, 21, ct));
        Assert.DoesNotContain(Password, failure.ToString(), StringComparison.Ordinal);
        return failure;
    }

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
            Url = "x", Proxy = Settings(socks ? ProxyKind.Socks5 : ProxyKind.HttpConnect, proxy.Port),
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

    [Fact(Timeout = Limit)]
    public async Task A_greeting_in_the_same_packet_as_the_answer_is_left_for_the_client()
    {
        await using var proxy = new ScriptedProxy(async (self, client) =>
        {
            await self.ReadHeadAsync(client);
            await client.WriteAsync("HTTP/1.1 100 Wait\r\n\r\nHTTP/1.0 200 ok\r\nContent-Length: 5\r\n\r\n220 ready\r\n"u8.ToArray(), self.Stop);
        });
        await using var stream = await Connector(ProxyKind.HttpConnect, proxy.Port).ConnectAsync("h", 21, default);
        var greeting = new byte[11];
        await stream.ReadExactlyAsync(greeting);
        Assert.Equal("220 ready\r\n", Encoding.ASCII.GetString(greeting));
    }

    [Theory(Timeout = Limit)]
    [InlineData("407 no", false, "wants a user and a password", false)]
    [InlineData("407 no", true, "does not accept user and password of [server] proxy", false)]
    [InlineData("403 no", false, "is not allowed there", false)]
    [InlineData("418 teapot pr0xy-s3cret", false, "answered 418", false)]
    [InlineData("500 x", false, "answered 500", true)]
    [InlineData("999 x", false, "answered 999", true)]
    public async Task What_an_HTTP_proxy_refuses_is_its_own_failure(string status, bool withLogin, string what, bool isTransient)
    {
        await using var proxy = Answering($"HTTP/1.1 {status}\r\n\r\n");
        var failure = await FailureAsync(Connector(ProxyKind.HttpConnect, proxy.Port, withLogin));
        Assert.StartsWith($"The proxy http://127.0.0.1:{proxy.Port} of [server] proxy does not connect to ftp.example.org:21: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Equal(isTransient, failure.IsTransient);
    }

    [Theory(Timeout = Limit)]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 x")]
    [InlineData("504 Gateway Timeout")]
    public async Task What_an_HTTP_proxy_can_not_reach_is_the_servers_failure(string status)
    {
        await using var proxy = Answering($"HTTP/1.1 {status}\r\n\r\n");
        var failure = await FailureAsync(Connector(ProxyKind.HttpConnect, proxy.Port));
        Assert.StartsWith("ftp.example.org:21 can't be reached through the proxy http://", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
    }

    [Theory(Timeout = Limit)]
    [InlineData("220 ready\r\n\r\n", "does not speak HTTP")]
    [InlineData("HTTP/1.1 2x0 ok\r\n\r\n", "does not speak HTTP")]
    [InlineData("HTTP/1.1 200 cut", "closed the connection")]
    [InlineData("HTTP/2\n\n", "does not speak HTTP")]
    [InlineData("", "closed the connection")]
    public async Task An_answer_that_is_not_HTTP_is_told(string answer, string what)
    {
        await using var proxy = Answering(answer);
        Assert.Contains(what, (await FailureAsync(Connector(ProxyKind.HttpConnect, proxy.Port))).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_endless_head_is_cut_off_and_so_are_endless_interim_answers()
    {
        await using var head = Answering("HTTP/1.1 200 ok\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 100_000)));
        Assert.Contains("8 KiB", (await FailureAsync(Connector(ProxyKind.HttpConnect, head.Port))).Message, StringComparison.Ordinal);
        await using var interim = Answering(string.Concat(Enumerable.Repeat("HTTP/1.1 100 wait\r\n\r\n", 100_000)));
        Assert.Contains("8 KiB", (await FailureAsync(Connector(ProxyKind.HttpConnect, interim.Port))).Message, StringComparison.Ordinal);
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

    [Theory(Timeout = Limit)]
    [InlineData("0500", "0501", "no reason", false, true)]
    [InlineData("0500", "0502", "rules do not allow", false, false)]
    [InlineData("0500", "0503", "network unreachable", true, true)]
    [InlineData("0500", "0504", "host unreachable", true, true)]
    [InlineData("0500", "0505", "connection refused", true, true)]
    [InlineData("0500", "0506", "time to live expired", true, true)]
    [InlineData("0500", "0507", "does not know the command", false, false)]
    [InlineData("0500", "0508", "kind of address", false, false)]
    [InlineData("0500", "05C8", "answered 200", false, false)]
    [InlineData("0500", "0400", "does not speak SOCKS 5", false, false)]
    [InlineData("0500", "05000009", "is not SOCKS 5", false, false)]
    [InlineData("0400", "", "does not speak SOCKS 5", false, false)]
    [InlineData("48545450", "", "does not speak SOCKS 5", false, false)]
    [InlineData("05FF", "", "wants a user and a password", false, false)]
    [InlineData("0502", "", "another kind of login", false, false)]
    [InlineData("0501", "", "another kind of login", false, false)]
    public async Task Every_answer_of_a_SOCKS_proxy_is_put_into_words(string method, string reply, string what, bool isServers, bool isTransient)
    {
        await using var proxy = new ScriptedProxy(async (self, client) =>
        {
            await self.ReadAsync(client, 3);
            await client.WriteAsync(Convert.FromHexString(method), self.Stop);
            await self.ReadTargetAsync(client);
            await client.WriteAsync(Convert.FromHexString(reply.PadRight(8, '0')), self.Stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, self.Stop);
        });
        var failure = await FailureAsync(Connector(ProxyKind.Socks5, proxy.Port));
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(isServers ? "ftp.example.org:21 can't be reached" : "The proxy socks5://", failure.Message, StringComparison.Ordinal);
        Assert.Equal(isTransient, failure.IsTransient);
    }

    [Theory(Timeout = Limit)]
    [InlineData("05")]
    [InlineData("0500050000")]
    [InlineData("0500050000030548")]
    public async Task A_SOCKS_answer_cut_short_is_a_closed_connection(string answer)
    {
        await using var proxy = new ScriptedProxy(async (self, client) =>
        {
            await client.WriteAsync(Convert.FromHexString(answer), self.Stop);
            client.Socket.Shutdown(SocketShutdown.Send);
            await Task.Delay(Timeout.InfiniteTimeSpan, self.Stop);
        });
        Assert.Contains("closed the connection", (await FailureAsync(Connector(ProxyKind.Socks5, proxy.Port))).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_SOCKS_login_is_final()
    {
        await using var proxy = new ScriptedProxy(async (self, client) =>
        {
            await self.ReadAsync(client, 4);
            await client.WriteAsync(new byte[] { 5, 2 }, self.Stop);
            await self.ReadAsync(client, 6 + Password.Length);
            await client.WriteAsync(new byte[] { 1, 1 }, self.Stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, self.Stop);
        });
        var failure = await FailureAsync(Connector(ProxyKind.Socks5, proxy.Port, withLogin: true));
        Assert.Contains("does not accept user and password of [server] proxy", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
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

    private static ScriptedProxy Answering(string answer) => new(async (self, client) =>
    {
        if (answer.Length > 0)
            await client.WriteAsync(Encoding.ASCII.GetBytes(answer), self.Stop);
        client.Socket.Shutdown(SocketShutdown.Send);
        await Task.Delay(Timeout.InfiniteTimeSpan, self.Stop);
    });

    private static ScriptedProxy Anywhere(Func<ScriptedProxy> make, int port)
    {
        var proxy = make();
        proxy.Resolve = (_, _) => (IPAddress.Loopback, port);
        return proxy;
    }
}
