using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpExpectTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpSource Open(LoopbackFtpServer server, int connections) =>
        new(RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create(connections: connections));

    /// <summary>A server with a file, and a source that has read it once.</summary>
    private async Task<(LoopbackFtpServer Server, FtpSource Source)> BeginAsync(int connections)
    {
        _temp.Write("file", "0123456789");
        var server = LoopbackFtpServer.Start(_temp.Root);
        var source = Open(server, connections);
        await source.ReadAllAsync("file");
        return (server, source);
    }

    private static async Task LoggedInAsync(LoopbackFtpServer server, int times)
    {
        while (server.Commands.Count(command => command == "EPSV") < times)
            await Task.Delay(5);
    }

    [Fact(Timeout = Limit)]
    public async Task Connections_for_expected_reads_are_opened_before_them_and_serve_them()
    {
        var (server, source) = await BeginAsync(connections: 4);
        await using var _ = server;
        await using var __ = source;

        source.Expect(3);
        await LoggedInAsync(server, 3);
        Assert.Equal(3, server.Connections);
        var ranges = await Task.WhenAll(Enumerable.Range(1, 3).Select(start => source.ReadAllAsync("file", start, 4)));

        Assert.Equal(["1234", "2345", "3456"], ranges.Select(Encoding.UTF8.GetString));
        Assert.Equal(3, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_is_open_asks_for_its_port_before_the_read()
    {
        var (server, source) = await BeginAsync(connections: 1);
        await using var _ = server;
        await using var __ = source;

        source.Expect(1);
        await LoggedInAsync(server, 2);
        await source.ReadAllAsync("file", 1, 4);

        Assert.Equal(2, server.Commands.Count(command => command == "EPSV"));
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_is_hardly_ever_there_is_known_to_be_missing_in_one_round_trip()
    {
        var (server, source) = await BeginAsync(connections: 1);
        await using var _ = server;
        await using var __ = source;
        var before = server.Commands.Count;

        var missing = await Assert.ThrowsAsync<MissingException>(() => IfThereAsync(source, "none"));
        Assert.Contains("none", missing.Message, StringComparison.Ordinal);
        Assert.Equal(["SIZE", "EPSV"], server.Commands.Skip(before).Select(command => command.Split(' ')[0]));
        Assert.Equal(10, (await IfThereAsync(source, "file")).Length);
        Assert.Equal(10, (await source.ReadAllAsync("file")).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_knows_no_sizes_is_asked_for_the_file_itself()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(command => Task.FromResult<string?>(command.Split(' ')[0] switch
        {
            "SIZE" => "502 SIZE is not known here",
            "RETR" => "550 not there",
            _ => null,
        })));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url), TransportTestOptions.Create(connections: 1));

        var missing = await Assert.ThrowsAsync<MissingException>(() => IfThereAsync(source, "none"));

        Assert.Contains("RETR", missing.Message, StringComparison.Ordinal);
    }

    private static Task<byte[]> IfThereAsync(FtpSource source, string path) =>
        source.ReadSmallFileIfThereAsync(RelativePath.Parse(path), 100, message => new UntrustedException(message), default);

    [Fact(Timeout = Limit)]
    public async Task No_more_connections_are_opened_than_may_be()
    {
        var (server, source) = await BeginAsync(connections: 2);
        await using var _ = server;
        await using var __ = source;

        source.Expect(10);
        await LoggedInAsync(server, 2);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => source.ReadAllAsync("file")));

        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_expected_and_did_not_come_to_pass_is_closed_with_the_source()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            // It takes the connection and never greets.
            while (await connection.HearAsync() is not null)
            {
            }
        });
        var source = new FtpSource(RemoteLocation.Parse(server.Url), TransportTestOptions.Create(connections: 4, patience: 50));

        source.Expect(4);

        await source.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = Limit)]
    public async Task Files_read_alone_are_not_used_to_find_out_the_order_of_replies()
    {
        _temp.Write("file", "0123456789");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server, connections: 1);
        for (var i = 0; i < 3; i++)
            Assert.Equal(10, (await source.ReadSmallFileAsync(RelativePath.Parse("file"), 100, message => new UntrustedException(message), default)).Length);

        Assert.DoesNotContain("NOOP", server.Commands);
        Assert.Equal(3, server.Commands.Count(command => command == "EPSV"));
    }
}
