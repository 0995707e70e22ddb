using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpRangeTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpSource Open(string url, int connections = 1, CollectedLog? log = null) =>
        new(RemoteLocation.Parse(url), TransportTestOptions.Create(log, connections));

    [Theory(Timeout = Limit)]
    [InlineData(0, 4, "0123")]
    [InlineData(3, 4, "3456")]
    [InlineData(6, 4, "6789")]
    [InlineData(0, 10, "0123456789")]
    [InlineData(10, 0, "")]
    [InlineData(5, 0, "")]
    public async Task A_range_is_read_and_the_connection_serves_on(int offset, int length, string expected)
    {
        _temp.Write("file", "0123456789");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open($"{server.Url}");
        for (var i = 0; i < 3; i++)
            Assert.Equal(expected, Encoding.UTF8.GetString(await source.ReadAllAsync("file", offset, length)));
        Assert.Equal("0123456789", Encoding.UTF8.GetString(await source.ReadAllAsync("file")));
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_range_of_a_large_file_is_stopped_early_and_the_connection_serves_on()
    {
        _temp.Write("large", new string('x', 20_000_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open($"{server.Url}");
        for (var i = 0; i < 3; i++)
            Assert.Equal(1000, (await source.ReadAllAsync("large", 5_000_000, 1000)).Length);
        Assert.Equal(20_000_000, (await source.StatAsync(RelativePath.Parse("large"), default))!.Size);
        Assert.Equal(1, server.Connections);
        Assert.InRange(server.BytesSent, 3000, 59_999_999);
    }

    [Theory(Timeout = Limit)]
    [InlineData(0, 11)]
    [InlineData(8, 3)]
    public async Task A_file_shorter_than_the_range_is_a_broken_transfer(int offset, int length)
    {
        _temp.Write("file", "0123456789");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open($"{server.Url}");
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file", offset, length));
        Assert.Contains($"{length} bytes were asked for", failure.Message, StringComparison.Ordinal);
        Assert.Equal(10, (await source.ReadAllAsync("file")).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task REST_is_taken_back_before_the_next_transfer_from_the_start()
    {
        _temp.Write("file", "0123456789");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open($"{server.Url}");
        await source.ReadAllAsync("file", 4);
        await source.ReadAllAsync("file");
        await source.ReadAllAsync("file");
        Assert.Equal(
            ["REST 4", "RETR /file", "REST 0", "EPSV", "RETR /file", "EPSV", "RETR /file"],
            server.Commands.SkipWhile(line => !line.StartsWith("REST", StringComparison.Ordinal)).Where(line => line != "NOOP"));
    }

    /// <summary>The replies that servers give to a download broken off by its client, then to NOOP, and whether the connection is in step.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("426 broken", true)]
    [InlineData("226 done", true)]
    [InlineData("150 0.007 seconds (measured here)", true)]
    [InlineData("426 broken\r\n226 done", false)]
    [InlineData("150 again\r\n426 broken", false)]
    [InlineData("", false)]
    public async Task After_an_early_stop_the_next_command_gets_its_own_reply(string late, bool isInStep)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line.StartsWith("SIZE", StringComparison.Ordinal))
                return "213 7";
            if (line.StartsWith("MDTM", StringComparison.Ordinal))
                return "213 20260101000000";
            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync("150 here");
            await connection.OfferDataAsync(new byte[30_000_000]);
            return late;
        }));
        var log = new CollectedLog();
        await using var source = Open(server.Url, log: log);
        Assert.Equal(100, (await source.ReadAllAsync("file.bin", 0, 100)).Length);
        for (var i = 0; i < 3; i++)
            Assert.Equal(7, (await source.StatAsync(RelativePath.Parse("file.bin"), default))!.Size);
        Assert.Equal(isInStep ? 1 : 2, server.Connections);
        Assert.Equal(!isInStep, log.Text.Contains("connection dropped with RETR /file.bin", StringComparison.Ordinal));
    }
}
