using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;
using static AppUpdater.Tests.Transport.Network.ProxyTesting;

namespace AppUpdater.Tests.Transport.Network;

/// <summary>What a proxy answers, and whose failure it is.</summary>
public sealed class ProxyAnswerTests
{
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
}
