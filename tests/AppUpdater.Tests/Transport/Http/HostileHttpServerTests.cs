using AppUpdater.Transport;
using static AppUpdater.Tests.Transport.Http.HttpTesting;

namespace AppUpdater.Tests.Transport.Http;

public sealed class HostileHttpServerTests
{
    private const int Limit = 60_000;
    private const string Head = "HTTP/1.1 200 OK\r\n";

    public static TheoryData<string, string> Nonsense => new()
    {
        { "gzip nobody asked for", Head + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc" },
        { "brotli over nothing", Head + "Content-Encoding: identity, br\r\nContent-Length: 3\r\n\r\nabc" },
        { "HTTP/0.9", "<html>hello</html>\r\n\r\n" },
        { "an FTP banner", "220 ready\r\n\r\n" },
        { "a header line of 1 MB", Head + "X: " + new string('x', 1_000_000) + "\r\n\r\n" },
        { "304 unasked", "HTTP/1.1 304 Not Modified\r\n\r\n" },
        { "206 unasked", "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-2/3\r\nContent-Length: 3\r\n\r\nabc" },
        { "204", "HTTP/1.1 204 No Content\r\n\r\n" },
        { "two lengths", Head + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde" },
        { "a length below nothing", Head + "Content-Length: -3\r\n\r\nabc" },
        { "a redirect to nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n" },
        { "a redirect to a file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n" },
        { "a redirect to FTP", "HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n" },
        { "a redirect with a user", "HTTP/1.1 302 Found\r\nLocation: http://bob:secret@127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n" },
        { "a redirect with a line break", "HTTP/1.1 302 Found\r\nLocation: /a\rSet-Cookie: x\r\nContent-Length: 0\r\n\r\n" },
        { "a chunk of no size", Head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzzz\r\n" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Nonsense))]
    public async Task What_no_honest_server_sends_is_not_trusted(string what, string answer)
    {
        await using var server = new ScriptedHttpServer(answer);
        await using var source = Open(server.Url, retries: 2);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ReadAllAsync("file.bin"));
        Assert.Contains(server.Url, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.True(server.Heads.Count == 1, $"{what} was asked for again.");
    }

    [Fact(Timeout = Limit)]
    public async Task Endless_headers_are_cut_off()
    {
        await using var server = new ScriptedHttpServer(async request =>
        {
            await request.SayAsync(Head);
            while (true)
                await request.SayAsync("X-More: and more\r\n");
        });
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("64 KiB", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_endless_version_ini_is_read_no_further_than_its_cap()
    {
        await using var server = new ScriptedHttpServer(async request =>
        {
            await request.SayAsync(Head + "Transfer-Encoding: chunked\r\n\r\n");
            while (true)
                await request.SayAsync("10000\r\n" + new string('x', 0x10000) + "\r\n");
        });
        await using var source = Open(server.Url);
        await Assert.ThrowsAsync<SettingsException>(() =>
            source.ReadSmallFileAsync(RelativePath.Parse("version.ini"), 64 * 1024, message => new SettingsException(message), default));
    }

    [Fact(Timeout = Limit)]
    public async Task An_endless_folder_index_is_cut_off()
    {
        var megabyte = new string('x', 1 << 20);
        await using var server = new ScriptedHttpServer(async request =>
        {
            await request.SayAsync(Head + "Transfer-Encoding: chunked\r\n\r\n");
            while (true)
                await request.SayAsync("100000\r\n" + megabyte + "\r\n");
        });
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
        Assert.Contains("64 MiB", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_redirect_in_a_circle_is_seen()
    {
        await using var server = new ScriptedHttpServer(request =>
            request.SayAsync($"HTTP/1.1 301 Moved\r\nLocation: {(request.Target == "/a" ? "/b" : "/a")}\r\nContent-Length: 0\r\n\r\n"));
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ReadAllAsync("file.bin"));
        Assert.Contains("circle", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Heads.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Redirects_without_end_are_followed_five_times()
    {
        await using var server = new ScriptedHttpServer(request =>
            request.SayAsync($"HTTP/1.1 307 On\r\nLocation: {request.Target}x\r\nContent-Length: 0\r\n\r\n"));
        await using var source = Open(server.Url);
        await Assert.ThrowsAsync<UntrustedException>(() => source.ReadAllAsync("file.bin"));
        Assert.Equal(5, server.Heads.Count);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Content-Length: 10\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nabc")]
    [InlineData("Connection: close\r\n\r\nabc")]
    public async Task A_body_that_does_not_end_as_it_should_is_not_the_file(string rest)
    {
        await using var server = new ScriptedHttpServer(request => request.SayLastAsync(Head + rest));
        await using var source = Open(server.Url);
        await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file.bin"));
    }

    [Fact(Timeout = Limit)]
    public async Task Headers_that_come_too_slowly_are_not_waited_for()
    {
        await using var server = new ScriptedHttpServer(async request =>
        {
            await request.SayAsync(Head);
            while (true)
            {
                await request.SleepAsync(TimeSpan.FromMilliseconds(200));
                await request.SayAsync("X-A: b\r\n");
            }
        });
        await using var source = Open(server.Url, patience: 1);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.True(failure.IsTransient);
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_byte_by_byte_is_not_waited_for()
    {
        await using var server = new ScriptedHttpServer(async request =>
        {
            await request.SayAsync(Head + "Content-Length: 100000\r\n\r\n");
            while (true)
            {
                await request.SayAsync("x");
                await request.SleepAsync(TimeSpan.FromMilliseconds(100));
            }
        });
        await using var source = Open(server.Url, patience: 1);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file.bin"));
        Assert.Contains("next to nothing for 1 s", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("206 Partial Content", "")]
    [InlineData("206 Partial Content", "Content-Range: bytes 4-9/10\r\n")]
    [InlineData("206 Partial Content", "Content-Range: bytes 0-5/10\r\n")]
    [InlineData("206 Partial Content", "Content-Range: lines 5-10/11\r\n")]
    [InlineData("206 Partial Content", "Content-Range: bytes 5-7/10\r\n")]
    [InlineData("206 Partial Content", "Content-Range: bytes 9-5/10\r\n")]
    [InlineData("206 Partial Content", "Content-Type: multipart/byteranges; boundary=x\r\n")]
    public async Task A_part_that_is_not_the_one_asked_for_is_not_trusted(string status, string headers)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(status, headers, "fghijk"));
        await using var source = Open(server.Url);
        await Assert.ThrowsAsync<UntrustedException>(() => source.ReadAllAsync("file.bin", offset: 5));
    }

    [Theory(Timeout = Limit)]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("a%2fb")]
    [InlineData("%2e%2e/")]
    [InlineData("..%5cwindows")]
    [InlineData("a/../../b")]
    [InlineData("../b")]
    [InlineData("line%0d%0abreak")]
    [InlineData("nul%00")]
    [InlineData("C:evil")]
    [InlineData("C%3Aevil")]
    [InlineData("CON")]
    [InlineData("%ff%fe")]
    [InlineData("50%")]
    [InlineData("a?b.bmp")]
    [InlineData(".appupdater/")]
    public async Task A_hostile_name_in_a_folder_index_is_not_trusted(string link)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(
            "200 OK", "Content-Type: text/html\r\n", $"<html><title>Index of /</title><a href=\"../\">up</a><a href=\"{link}\">x</a></html>"));
        await using var source = Open(server.Url);
        await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"name\":\"a\"}]")]
    [InlineData("[{\"name\":\"../a\",\"type\":\"file\",\"size\":1}]")]
    [InlineData("[{\"name\":\"a\\u0000\",\"type\":\"file\",\"size\":1}]")]
    [InlineData("[{\"name\":\"a\\ud800\",\"type\":\"file\",\"size\":1}]")]
    [InlineData("[[[[[[[[[[[[")]
    [InlineData("")]
    public async Task Json_that_is_no_folder_index_is_not_trusted(string json)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("200 OK", "Content-Type: application/json\r\n", json));
        await using var source = Open(server.Url);
        await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
    }
}
