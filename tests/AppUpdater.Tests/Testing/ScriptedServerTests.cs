using System.Net.Sockets;
using System.Text;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Testing;

public sealed class ScriptedServerTests
{
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task It_says_and_hears_what_the_script_tells_it_to()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.SayAsync("220 ready");
            while (await connection.HearAsync() is { } line)
                await connection.SayAsync("you said " + line);
        });
        using var client = new TcpClient("127.0.0.1", server.Port);
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("220 ready", await reader.ReadLineAsync());

        await client.GetStream().WriteAsync("one\r\ntwo\n"u8.ToArray());

        Assert.Equal("you said one", await reader.ReadLineAsync());
        Assert.Equal("you said two", await reader.ReadLineAsync());
        Assert.Equal(["one", "two"], server.Heard);
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task It_turns_to_TLS_where_the_script_says_so_and_forgets_what_came_before()
    {
        using var certificate = LoopbackCertificate.Create();
        await using var server = ScriptedServer.Start(async connection =>
        {
            await connection.HearAsync();
            await connection.SayAsync("go");
            await connection.StartTlsAsync(certificate);
            await connection.SayAsync("heard " + await connection.HearAsync());
        });
        using var client = new TcpClient("127.0.0.1", server.Port);
        await client.GetStream().WriteAsync("start\r\ninjected\r\n"u8.ToArray());
        var go = new byte[4];
        await client.GetStream().ReadExactlyAsync(go);
        await using var secure = await RawFtpClient.SecureAsync(client.GetStream());

        await secure.WriteAsync("hello\r\n"u8.ToArray());

        Assert.Equal("heard hello", await new StreamReader(secure).ReadLineAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_is_heard_up_to_its_empty_line_and_a_reset_is_one()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            var request = await connection.HearRequestAsync();
            await connection.SayAsync(string.Join('|', request));
            await connection.HearAsync();
            connection.Reset();
        });
        using var client = new TcpClient("127.0.0.1", server.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("GET / HTTP/1.1|Host: x", await reader.ReadLineAsync());

        await client.GetStream().WriteAsync("\r\n"u8.ToArray());

        await Assert.ThrowsAsync<IOException>(() => reader.ReadLineAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_script_that_throws_is_told_when_the_server_ends()
    {
        var server = ScriptedServer.Start(_ => throw new InvalidOperationException("from the test"));
        using (var client = new TcpClient("127.0.0.1", server.Port))
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]));

        var told = await Assert.ThrowsAsync<InvalidOperationException>(() => server.DisposeAsync().AsTask());
        Assert.Equal("from the test", told.Message);
    }
}
