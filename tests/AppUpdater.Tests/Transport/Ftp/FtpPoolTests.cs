using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpPoolTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();
    private readonly ShiftedClock _clock = new();

    public void Dispose() => _temp.Dispose();

    private FtpSource Open(LoopbackFtpServer server, ServerLimits limits, int connections = 8, int retries = 4) => new(
        RemoteLocation.Parse(server.Url.ToString()),
        TransportTestOptions.Create(connections: connections, retries: retries, server: new ServerSettings { Url = server.Url.ToString() })
            with { Limits = limits, Clock = _clock });

    private ServerLimits NewLimits() => new(_clock);

    private static Task<byte[][]> ReadAtOnceAsync(FtpSource source, int tasks) =>
        Task.WhenAll(Enumerable.Range(0, tasks).Select(_ => source.Retry.RunAsync("reading", _ => source.ReadAllAsync("file"), default)));

    [Fact(Timeout = Limit)]
    public async Task Many_tasks_share_the_one_connection_that_a_server_takes()
    {
        _temp.Write("file", new string('x', 10_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { MaxConnections = 1, Latency = TimeSpan.FromMilliseconds(5) });
        var limits = NewLimits();
        await using var source = Open(server, limits);
        await ReadAtOnceAsync(source, 30);
        Assert.Equal(1, limits.Recall($"127.0.0.1:{server.Port}", "anonymous"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_limit_that_was_learned_is_kept_to_and_grows_by_one_after_some_minutes()
    {
        _temp.Write("file", new string('x', 10_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { Latency = TimeSpan.FromMilliseconds(5) });
        var limits = NewLimits();
        limits.Learn($"127.0.0.1:{server.Port}", "anonymous", 2);
        await using var source = Open(server, limits);
        await ReadAtOnceAsync(source, 20);
        Assert.Equal(2, server.Connections);
        _clock.Advance(TimeSpan.FromMinutes(4));
        await ReadAtOnceAsync(source, 20);
        Assert.Equal(2, server.Connections);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await ReadAtOnceAsync(source, 20);
        Assert.Equal(3, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_password_is_tried_once_however_many_ask()
    {
        _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.RefuseLogin();
        await using var source = Open(server, NewLimits());
        var failures = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file"))));
        Assert.All(failures, failure => Assert.False(failure.IsTransient));
        Assert.Equal(1, server.Commands.Count(command => command == "PASS ***"));
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task Too_many_in_the_middle_of_work_ends_that_connection_and_lowers_the_limit()
    {
        _temp.Write("file", new string('x', 10_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var told = 0;
        server.Faults.OnCommand = command => command.StartsWith("RETR", StringComparison.Ordinal) && Interlocked.Increment(ref told) == 3
            ? FaultAction.AnswerAndClose("421 Too many connections from this IP.")
            : null;
        var limits = NewLimits();
        await using var source = Open(server, limits, connections: 4);
        await ReadAtOnceAsync(source, 20);
        Assert.Equal(3, limits.Recall($"127.0.0.1:{server.Port}", "anonymous"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_is_replaced_after_many_transfers_and_after_half_an_hour()
    {
        _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { MaxConnections = 1 });
        await using var source = Open(server, NewLimits(), connections: 1);
        for (var i = 0; i <= FtpSession.MostTransfers; i++)
            await source.ReadAllAsync("file");
        Assert.Equal(1, server.Commands.Count(command => command == "QUIT"));
        _clock.Advance(TimeSpan.FromMinutes(31));
        await source.ReadAllAsync("file");
        Assert.Equal(2, server.Commands.Count(command => command == "QUIT"));
    }
}
