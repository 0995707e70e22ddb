using System.Security.Cryptography;
using AppUpdater.Testing;
using AppUpdater.Tests.Releases;
using AppUpdater.Tests.Transport;

namespace AppUpdater.Tests.Planning;

/// <summary>What a check does not wait for.</summary>
public sealed class QuickCheckTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly SignedScene _scene = new();

    private TestPublisher Publisher => _scene.Publisher;

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task The_first_check_asks_for_new_keys_by_their_size_and_later_ones_not_at_all()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        await using var server = Serve();

        await _scene.CheckAndInstallAsync();
        Assert.Equal(["SIZE"], AskedFor(server, "/keys/1.ini"));
        Assert.Null(await _scene.CheckAsync());
        Assert.Equal(["SIZE"], AskedFor(server, "/keys/1.ini"));
    }

    [Fact(Timeout = Limit)]
    public async Task Keys_that_an_install_can_not_do_without_are_asked_for_in_the_sure_way()
    {
        Publisher.Publish("1.0.0", ("app", "old"));
        await using var server = Serve();
        await _scene.CheckAndInstallAsync();
        using var old = Publisher.Key;
        Publisher.Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Publisher.Publish("1.1.0", ("app", "new"));

        await _scene.RefusedAsync();

        Assert.Equal(["SIZE", "RETR"], AskedFor(server, "/keys/1.ini"));
    }

    [Fact(Timeout = Limit)]
    public async Task Where_nothing_is_installed_the_connections_log_in_while_the_manifest_is_read()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        await using var server = Serve();

        Assert.Equal(4, await ConnectionsOfACheckAsync(server, atLeast: 4)); // as many as the place is given
        _scene.Install((await _scene.CheckAsync())!);
        var before = server.Connections;
        Publisher.Publish("1.1.0", ("app", "new"));
        Assert.Equal(before + 1, await ConnectionsOfACheckAsync(server, atLeast: before + 1));
    }

    [Fact(Timeout = Limit)]
    public async Task A_plan_just_made_stands_and_an_older_one_is_asked_after_again()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        var clock = new ShiftedClock();
        _scene.Clock = clock;
        await using var places = _scene.Choice();
        var check = _scene.Open(places, force: false);
        var plan = await check.RunAsync(default);
        Publisher.Publish("1.1.0", ("app", "new"));

        Assert.Same(plan, await check.RemakeAsync(plan!, default));
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("1.1.0", (await check.RemakeAsync(plan!, default)).To.ToString());
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_plan_that_was_just_made_stands()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        await using var places = _scene.Choice();
        var check = _scene.Open(places, force: false);
        var first = await check.RunAsync(default);
        Publisher.Publish("1.1.0", ("app", "new"));
        Assert.NotNull(await check.RunAsync(default));

        Assert.Equal("1.1.0", (await check.RemakeAsync(first!, default)).To.ToString());
    }

    private LoopbackFtpServer Serve()
    {
        var server = LoopbackFtpServer.Start(_scene.Server());
        _scene.Places = [$"{server.Url}"];
        return server;
    }

    private static IEnumerable<string> AskedFor(LoopbackFtpServer server, string path) =>
        server.Commands.Where(command => command.EndsWith(path, StringComparison.Ordinal)).Select(command => command.Split(' ')[0]);

    private async Task<long> ConnectionsOfACheckAsync(LoopbackFtpServer server, long atLeast)
    {
        await using var places = _scene.Choice();
        await _scene.Open(places, force: false).RunAsync(default);
        while (server.Connections < atLeast)
            await Task.Delay(5);
        return server.Connections;
    }
}
