using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AppUpdater.Planning;
using AppUpdater.Testing;
using AppUpdater.Tests.Handover;
using AppUpdater.Tests.Transport.Ftp;

namespace AppUpdater.Tests;

/// <summary>Several places for one release: the first that can be reached is used, and what is planned from it comes from it.</summary>
public sealed class UpdateManagerFallbackTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TestInstall _install = new();
    private readonly TempFolder _temp = new();
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public UpdateManagerFallbackTests() => _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    private static FtpServerOptions Ana => new() { User = "ana", Password = "s3cret-password" };

    private string Nobody => $"ftp://127.0.0.1:{((IPEndPoint)_nobody.LocalEndPoint!).Port}";

    public void Dispose()
    {
        _nobody.Dispose();
        _temp.Dispose();
        _install.Dispose();
    }

    private LoopbackFtpServer Serve(string folder, string version, FtpServerOptions? options = null)
    {
        _temp.Write($"{folder}/app", $"app {version} of {folder}");
        _temp.Write($"{folder}/version.ini", System.Text.Encoding.UTF8.GetString(TestInstall.VersionIni(version)));
        return LoopbackFtpServer.Start(_temp[folder], options);
    }

    private UpdateManager Open(string url, params string[] fallbacks)
    {
        _install.Write("dato.ini", $"""
            [server]
            url = {url}
            user = ana
            password = s3cret-password
            fallbacks = {string.Join(", ", fallbacks)}
            [install]
            app = {TestInstall.App}
            [trust]
            allow_unsigned = true
            """);
        return UpdateManager.FromSettings(
            Path.Join(_install.Root, "dato.ini"), new UpdateOptions { Bootstrapper = _install.Bootstrapper });
    }

    private static string Url(LoopbackFtpServer server) => $"ftp://127.0.0.1:{server.Port}";

    [Fact(Timeout = Limit)]
    public async Task The_first_that_can_be_reached_is_planned_from_and_fetched_from()
    {
        await using var second = Serve("second", "1.1");
        await using var third = Serve("third", "1.2");
        await using var updater = Open(Nobody, Url(second), Url(third));

        var plan = await updater.CheckAsync();
        Assert.Equal("1.1", plan!.To.ToString());
        await updater.StageAsync(plan);
        _install.Swap();

        Assert.Equal("app 1.1 of second", _install.Read("app"));
        Assert.Equal(0, third.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task The_next_check_begins_with_the_first_again()
    {
        await using var first = Serve("first", "1.2", Ana);
        await using var second = Serve("second", "1.1");
        first.Faults.ServiceNotAvailable("CONNECT");
        await using var updater = Open(Url(first), Url(second));

        Assert.Equal("1.1", (await updater.CheckAsync())!.To.ToString());
        Assert.Equal("1.2", (await updater.CheckAsync())!.To.ToString());
    }

    [Fact(Timeout = Limit)]
    public async Task A_plan_stays_with_its_place_also_where_a_check_after_it_failed()
    {
        await using var first = Serve("first", "1.2", Ana);
        await using var second = Serve("second", "1.1");
        first.Faults.ServiceNotAvailable("CONNECT");
        await using var updater = Open(Url(first), Url(second));
        var plan = await updater.CheckAsync();
        first.Faults.ServiceNotAvailable("CONNECT");
        second.Faults.ServiceNotAvailable(null, times: 6);
        await Assert.ThrowsAsync<UnreachableException>(() => updater.CheckAsync());
        second.Faults.Clear();

        await updater.StageAsync(plan!);
        _install.Swap();

        Assert.Equal("app 1.1 of second", _install.Read("app"));
    }

    [Fact(Timeout = Limit)]
    public async Task Where_none_can_be_reached_each_is_named_with_its_reason_and_no_secret()
    {
        await using var closing = Serve("closing", "1.0");
        closing.Faults.RefuseLogin();
        await using var updater = Open(Nobody, Url(closing));

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => updater.CheckAsync());

        Assert.StartsWith("None of the 2 places of [server] url and fallbacks can be reached:", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{Environment.NewLine}{Nobody}: 127.0.0.1:", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{Environment.NewLine}{Url(closing)}: 127.0.0.1:{closing.Port} refused the login of user \"anonymous\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(null)]
    [InlineData("not an ini file")]
    public async Task A_server_that_answers_is_not_passed_over(string? version)
    {
        await using var first = Serve("first", "1.0", Ana);
        await using var second = Serve("second", "1.0");
        File.Delete(_temp["first/version.ini"]);
        if (version is not null)
            _temp.Write("first/version.ini", version);
        await using var updater = Open(Url(first), Url(second));

        await Assert.ThrowsAsync<SettingsException>(() => updater.CheckAsync());
        Assert.Equal(0, second.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_no_FTP_server_is_not_passed_over()
    {
        await using var odd = ScriptedServer.Start(connection => connection.SayAsync("HTTP/1.1 400 Bad Request"));
        await using var second = Serve("second", "1.0");
        await using var updater = Open(odd.Url, Url(second));

        await Assert.ThrowsAsync<UntrustedException>(() => updater.CheckAsync());
        Assert.Equal(0, second.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task User_and_password_are_sent_to_the_first_server_alone()
    {
        await using var first = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(
            line switch { "USER ana" => "331 password", "PASS s3cret-password" => "421 full", _ => null })));
        await using var second = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(
            line switch { "USER anonymous" => "331 any", "PASS anonymous@" => "421 full", _ => null })));
        await using var third = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(
            line switch { "USER bob" => "331 password", "PASS pw" => "530 no", _ => null })));
        await using var updater = Open(first.Url, second.Url, third.Url.Replace("//", "//bob:pw@", StringComparison.Ordinal));

        await Assert.ThrowsAsync<UnreachableException>(() => updater.CheckAsync());

        Assert.Equal(["USER ana", "PASS s3cret-password"], first.Heard.Take(2));
        Assert.Equal(["USER anonymous", "PASS anonymous@"], second.Heard.Take(2));
        Assert.Equal(["USER bob", "PASS pw"], third.Heard.Take(2));
    }

    [Fact(Timeout = Limit)]
    public async Task A_silent_first_server_leaves_time_for_the_next_within_the_launchers_limit()
    {
        await using var silent = ScriptedServer.Start(connection => connection.SleepAsync());
        await using var second = Serve("second", "1.0");
        await using var updater = Open(silent.Url, Url(second));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var watch = Stopwatch.StartNew();

        var plan = await updater.CheckAsync(new CheckOptions { Within = TimeSpan.FromSeconds(5) }, limit.Token);

        Assert.Equal("1.0", plan!.To.ToString());
        Assert.InRange(watch.Elapsed.TotalSeconds, 2.4, 5);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_silent_servers_do_not_hold_a_launcher_beyond_its_limit()
    {
        await using var silent = ScriptedServer.Start(connection => connection.SleepAsync());
        await using var updater = Open(silent.Url, silent.Url + "/other");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => updater.CheckAsync(new CheckOptions { Within = TimeSpan.FromSeconds(1) }, limit.Token));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 4);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_first_server_costs_no_waiting()
    {
        await using var second = Serve("second", "1.0");
        await using var updater = Open(Nobody, Url(second));
        var watch = Stopwatch.StartNew();

        Assert.NotNull(await updater.CheckAsync());

        // One back-off alone would be about a second.
        Assert.InRange(watch.ElapsedMilliseconds, 0, 900);
    }
}
