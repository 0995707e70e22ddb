using System.Diagnostics;
using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>How many connections a source has, and what goes over them together.</summary>
public sealed class FtpConnectionsTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpSource Open(LoopbackFtpServer server, int connections = 4, CollectedLog? log = null) =>
        new(RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create(log, connections, patience: 15));

    [Fact(Timeout = Limit)]
    public async Task A_server_that_wants_two_connections_gets_two()
    {
        for (var i = 0; i < 40; i++)
            _temp.Write($"d{i}/file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { MaxConnections = 2 });
        var log = new CollectedLog();
        await using var source = Open(server, connections: 8, log: log);
        Assert.Equal(80, (await source.ListAllAsync()).Count);
        var reads = Enumerable.Range(0, 40).Select(i => source.ReadAllAsync($"d{i}/file"));
        Assert.All(await Task.WhenAll(reads), content => Assert.Single(content));
        Assert.Contains("wants no more connections", log.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_login_refused_while_another_connection_is_in_means_no_more_connections()
    {
        _temp.Write("version.ini", "[version]");
        _temp.Write("bin/app.dll", new string('a', 300_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server);
        var held = await source.OpenReadAsync(RelativePath.Parse("bin/app.dll"), 0, null, default);
        server.Faults.RefuseLogin();
        var waiting = source.ReadAllAsync("version.ini");
        await Task.WhenAny(waiting, Task.Delay(500));
        Assert.False(waiting.IsCompleted);
        await held.DisposeAsync();
        Assert.Equal("[version]", Encoding.UTF8.GetString(await waiting));
        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task Files_may_be_read_while_the_listing_goes_on_with_a_single_connection()
    {
        _temp.Write("version.ini", "[version]");
        _temp.Write("bin/app.dll", new string('a', 300_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server, connections: 1);
        var read = 0;
        await foreach (var entry in source.ListAsync(null, _ => true, default))
        {
            if (entry.Kind == RemoteEntryKind.File)
                read += (await source.ReadAllAsync(entry.Path.Value)).Length;
        }

        Assert.True(read > 300_000);
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_read_given_up_leaves_a_connection_that_serves_the_next()
    {
        _temp.Write("large", new string('x', 20_000_000));
        _temp.Write("small", "s");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server, connections: 1);
        for (var i = 0; i < 3; i++)
        {
            await using (var stream = await source.OpenReadAsync(RelativePath.Parse("large"), 0, null, default))
                Assert.True(await stream.ReadAsync(new byte[100]) > 0);
            Assert.Single(await source.ReadAllAsync("small"));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_rate_holds_for_all_connections_together()
    {
        _temp.Write("one", new string('x', 100_000));
        _temp.Write("two", new string('x', 100_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = new FtpSource(RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create() with { Rate = new ByteRate(200_000, TimeProvider.System) });
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(source.ReadAllAsync("one"), source.ReadAllAsync("two"));
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(700), $"took {watch.Elapsed}");
    }
}
