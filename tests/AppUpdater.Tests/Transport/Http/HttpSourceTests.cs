using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Retry;
using static AppUpdater.Tests.Transport.Http.HttpTesting;

namespace AppUpdater.Tests.Transport.Http;

public sealed class HttpSourceTests
{
    private const int Limit = 60_000;

    private static ServerSettings Bob { get; } = new() { Url = "", User = "bob", Password = new Secret("s3cret"), Proxy = ProxySettings.None };

    [Fact(Timeout = Limit)]
    public async Task The_scheme_opens_this_source_and_nothing_is_connected()
    {
        await using var server = new ScriptedHttpServer("");
        await using var source = RemoteSources.Open(RemoteLocation.Parse(server.Url + "/app"), TransportTestOptions.Create());
        Assert.Equal(server.Url + "/app", source.Location.ToString());
        Assert.Equal(0, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_small_file_is_one_request_and_the_second_time_a_304()
    {
        await using var server = new ScriptedHttpServer(request => request["If-None-Match"] == "\"v1\""
            ? request.SayAsync("HTTP/1.1 304 Same\r\nETag: \"v1\"\r\n\r\n")
            : request.AnswerAsync("200 OK", "ETag: \"v1\"\r\n", "hello"));
        await using var source = Open(server.Url);

        // Two round trips in all: one to connect, one to ask.
        Assert.Equal("hello", await source.ReadTextAsync());
        Assert.Equal((1, 1), (server.Connections, server.Heads.Count));

        Assert.Equal("hello", await source.ReadTextAsync());
        Assert.Contains("If-None-Match: \"v1\"\n", server.Heads[1], StringComparison.Ordinal);
        Assert.Equal((1, 2), (server.Connections, server.Heads.Count));
    }

    [Theory(Timeout = Limit)]
    [InlineData("Last-Modified: " + Then + "\r\nDate: " + Later + "\r\n", true)]
    [InlineData("Last-Modified: " + Later + "\r\nDate: " + Later + "\r\n", false)]
    [InlineData("ETag: \"a\"\r\nLast-Modified: " + Later + "\r\nDate: " + Later + "\r\n", false)]
    [InlineData("ETag: W/\"a\"\r\n", false)]
    [InlineData("", false)]
    public async Task A_small_file_is_asked_for_by_what_proves_it_alone(string headers, bool isConditional)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("200 OK", headers, "hello"));
        await using var source = Open(server.Url);
        await source.ReadTextAsync();
        Assert.Equal("hello", await source.ReadTextAsync());
        Assert.Equal(isConditional, server.Heads[1].Contains("\nIf-", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_304_about_another_file_is_not_trusted()
    {
        await using var server = new ScriptedHttpServer(request => request["If-None-Match"] is null
            ? request.AnswerAsync("200 OK", "ETag: \"v1\"\r\n", "hello")
            : request.SayAsync("HTTP/1.1 304 Same\r\nETag: \"v2\"\r\n\r\n"));
        await using var source = Open(server.Url);
        await source.ReadTextAsync();
        await Assert.ThrowsAsync<UntrustedException>(() => source.ReadTextAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_says_no_more_than_it_must_and_names_are_encoded()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("200 OK", "", "x"));
        await using var source = Open(server.Url + "/my%20app");
        await source.ReadAllAsync("Año nuevo/a#b?c%20.bmp");
        Assert.StartsWith("GET /my%20app/A%C3%B1o%20nuevo/a%23b%3Fc%2520.bmp HTTP/1.1\n", server.Heads[0], StringComparison.Ordinal);
        var names = server.Heads[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(':')[0]).Order();
        Assert.Equal(["Accept-Encoding", "Host", "User-Agent"], names);
        Assert.Contains("Accept-Encoding: identity\n", server.Heads[0], StringComparison.Ordinal);
        Assert.Contains("User-Agent: AppUpdater/", server.Heads[0], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(404, typeof(MissingException), null)]
    [InlineData(410, typeof(MissingException), null)]
    [InlineData(401, typeof(UnreachableException), false)]
    [InlineData(403, typeof(UnreachableException), false)]
    [InlineData(407, typeof(UnreachableException), false)]
    [InlineData(400, typeof(UnreachableException), false)]
    [InlineData(408, typeof(UnreachableException), true)]
    [InlineData(429, typeof(UnreachableException), true)]
    [InlineData(500, typeof(UnreachableException), true)]
    [InlineData(503, typeof(UnreachableException), true)]
    public async Task A_status_is_told_as_what_it_is(int status, Type type, bool? isTransient)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync($"{status} No", "", "no"));
        await using var source = Open(server.Url, Bob);
        var failure = await Assert.ThrowsAsync(type, () => source.ReadTextAsync());
        Assert.Equal(isTransient, (failure as UnreachableException)?.IsTransient);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(100_000, 30)]
    [InlineData(0, null)]
    [InlineData(-7, null)]
    public void The_server_may_ask_to_be_left_alone_for_a_while_and_not_for_ever(int asked, int? seconds)
    {
        var failure = new UnreachableException("busy") { RetryAfter = TimeSpan.FromSeconds(asked) };
        Assert.Equal(seconds, (int?)RetryPolicy.DelayAskedFor(failure)?.TotalSeconds);
    }

    [Fact(Timeout = Limit)]
    public async Task Retry_After_is_waited_for()
    {
        var asked = 0;
        await using var server = new ScriptedHttpServer(request => Interlocked.Increment(ref asked) == 1
            ? request.AnswerAsync("503 Busy", "Retry-After: 1\r\n", "")
            : request.AnswerAsync("200 OK", "", "hello"));
        await using var source = Open(server.Url, retries: 1);
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(5, (await source.StatAsync(SomeFile, default))!.Size);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(30));
    }

    [Fact(Timeout = Limit)]
    public async Task User_and_password_go_out_at_once_and_to_their_own_host_alone()
    {
        await using var other = new ScriptedHttpServer(request => request.AnswerAsync("200 OK", "", "there"));
        await using var server = new ScriptedHttpServer(request => request.Target == "/file.bin"
            ? request.AnswerAsync("302 Found", $"Location: {other.Url}/moved?token=t0ken\r\n", "")
            : request.AnswerAsync("200 OK", "", "here"));
        var log = new CollectedLog();
        await using var source = Open(server.Url, Bob, log);
        Assert.Equal("there", await source.ReadTextAsync());
        Assert.Equal("here"u8.ToArray(), await source.ReadAllAsync("x"));

        Assert.All(server.Heads, head => Assert.Contains("Authorization: Basic Ym9iOnMzY3JldA==\n", head, StringComparison.Ordinal));
        Assert.DoesNotContain("Authorization", Assert.Single(other.Heads), StringComparison.Ordinal);
        Assert.Contains("in the clear", Assert.Single(log.Text.Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", log.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_password_is_tried_once()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("401 No", "WWW-Authenticate: Basic realm=x\r\n", ""));
        await using var source = Open(server.Url, Bob, retries: 3);
        for (var i = 0; i < 3; i++)
        {
            var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
            Assert.Contains("refused the login of user \"bob\"", failure.Message, StringComparison.Ordinal);
        }

        Assert.Single(server.Heads);
    }

    [Theory]
    [InlineData("bob\r\nX: y", "p")]
    [InlineData("bob", "p\n")]
    [InlineData("bo:b", "p")]
    public void A_login_that_can_not_be_sent_is_refused_before_anything_is(string user, string password)
    {
        var failure = Assert.Throws<SettingsException>(() => Open("http://h", new ServerSettings { Url = "", User = user, Password = new Secret(password) }));
        Assert.StartsWith("dato.ini: [server] user", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_host_is_not_tried_again()
    {
        await using var source = Open("http://no-such-host.invalid", retries: 3);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.False(failure.IsTransient);
        Assert.Contains("no-such-host.invalid", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Where_there_is_no_HEAD_the_first_byte_tells(int status)
    {
        await using var server = new ScriptedHttpServer(request => request.Method == "HEAD"
            ? request.SayAsync($"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n")
            : request.AnswerAsync("206 Part", $"Content-Range: bytes 0-0/7\r\nLast-Modified: {Then}\r\n", "x"));
        await using var source = Open(server.Url, connections: 1);
        var entry = await source.StatAsync(SomeFile, default);
        Assert.Equal((7, TimeSpan.FromSeconds(1)), (entry!.Size, entry.Modified!.Value.Precision));
    }

    [Fact(Timeout = Limit)]
    public async Task Many_are_asked_about_at_once_and_in_order()
    {
        await using var server = new ScriptedHttpServer(async request =>
        {
            await request.SleepAsync(TimeSpan.FromMilliseconds(20));
            await (request.Target.EndsWith('5') ? request.SayAsync("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
                : request.SayAsync($"HTTP/1.1 200 OK\r\nContent-Length: {request.Target.TrimStart('/')}\r\n\r\n"));
        });
        await using var source = Open(server.Url);
        var found = await ((IRemoteSource)source).StatAllAsync([.. Enumerable.Range(10, 20).Select(i => RelativePath.Parse($"{i}"))], default);
        Assert.Equal(Enumerable.Range(10, 20).Select(i => i % 10 == 5 ? null : (long?)i), found.Select(entry => entry?.Size));
        Assert.InRange(server.Connections, 2, 4);
    }

    [Fact(Timeout = Limit)]
    public async Task A_proxy_is_asked_with_its_own_login()
    {
        await using var proxy = new ScriptedHttpServer(request => request["Proxy-Authorization"] is null
            ? request.AnswerAsync("407 Who", "Proxy-Authenticate: Basic realm=\"p\"\r\n", "")
            : request.AnswerAsync("200 OK", "", "proxied"));
        var settings = Bob with
        {
            Proxy = new ProxySettings(ProxyKind.HttpConnect, "127.0.0.1", new Uri(proxy.Url).Port) { User = "p", Password = new Secret("pr0xy") },
        };
        await using var source = Open("http://files.invalid/app", settings);
        Assert.Equal("proxied", await source.ReadTextAsync());
        Assert.StartsWith("GET http://files.invalid/app/file.bin ", proxy.Heads[^1], StringComparison.Ordinal);
    }
}
