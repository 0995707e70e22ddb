using AppUpdater.Testing;

namespace AppUpdater.Tests.Testing;

/// <summary>Lines and replies of the control connection: when they come, and in which order.</summary>
public sealed class LoopbackFtpCommandTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_distant_server_takes_its_time_for_each_reply()
    {
        var latency = TimeSpan.FromMilliseconds(50);
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Latency = latency });
        using var client = await RawFtpClient.LogInAsync(server);
        var started = TimeProvider.System.GetTimestamp();

        await client.SendAsync("NOOP");
        await client.SendAsync("NOOP");

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= latency * 1.8);
    }

    [Fact(Timeout = Limit)]
    public async Task Commands_sent_together_wait_once_and_count_as_one_round_trip()
    {
        var latency = TimeSpan.FromMilliseconds(500);
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Latency = latency });
        using var client = await RawFtpClient.LogInAsync(server);
        var (before, started) = (server.RoundTrips, TimeProvider.System.GetTimestamp());

        await client.WriteAsync("NOOP\r\nNOOP\r\nNOOP");
        for (var i = 0; i < 3; i++)
            Assert.StartsWith("200", await client.ReadAsync(), StringComparison.Ordinal);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), latency * 0.9, latency * 1.9);
        Assert.Equal((4, before + 1), (before, server.RoundTrips));
    }

    [Fact(Timeout = Limit)]
    public async Task Pipelined_commands_are_answered_in_order()
    {
        _folder.Write("a.txt", "abc");
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);
        using var data = await client.OpenDataAsync();

        await client.WriteAsync("RETR a.txt\r\nSIZE a.txt\r\nNOOP");

        foreach (var code in new[] { "150", "226", "213", "200" })
            Assert.StartsWith(code, await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_line_too_long_is_refused_and_the_next_is_heard()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);

        Assert.StartsWith("500", await client.SendAsync(new string('x', 100_000)), StringComparison.Ordinal);
        Assert.StartsWith("200", await client.SendAsync("NOOP"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_hook_that_throws_is_told_when_the_server_ends()
    {
        var server = LoopbackFtpServer.Start(_folder.Root);
        server.Faults.OnCommand = line => line == "NOOP" ? throw new InvalidOperationException("from the test") : null;
        using (var client = await RawFtpClient.LogInAsync(server))
            Assert.Equal("(closed)", await client.SendAsync("NOOP"));

        var told = await Assert.ThrowsAsync<InvalidOperationException>(() => server.DisposeAsync().AsTask());
        Assert.Equal("from the test", told.Message);
    }
}
