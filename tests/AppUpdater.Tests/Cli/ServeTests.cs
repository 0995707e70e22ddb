using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;

namespace AppUpdater.Tests.Cli;

public sealed class ServeTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_file_comes_whole_in_part_and_only_where_it_changed()
    {
        _temp.Write("a.txt", "0123456789");
        await using var served = await StartAsync("--http", "0");
        using var client = new HttpClient { BaseAddress = served.Urls[0] };

        using var whole = await client.GetAsync(new Uri("a.txt", UriKind.Relative));
        Assert.Equal("0123456789", await whole.Content.ReadAsStringAsync());
        Assert.Equal("bytes", Assert.Single(whole.Headers.AcceptRanges));
        var tag = whole.Headers.ETag!;
        Assert.False(tag.IsWeak);

        using var part = await GetAsync(client, "a.txt", request => (request.Headers.Range, request.Headers.IfRange) = (new(4, 6), new(tag)));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("456", await part.Content.ReadAsStringAsync());
        Assert.Equal("bytes 4-6/10", part.Content.Headers.ContentRange!.ToString());

        using var same = await GetAsync(client, "a.txt", request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using var beyond = await GetAsync(client, "a.txt", request => request.Headers.Range = new(10, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);

        _temp.Write("a.txt", "9876543210");
        using var changed = await GetAsync(client, "a.txt", request => (request.Headers.Range, request.Headers.IfRange) = (new(4, 6), new(tag)));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("9876543210", await changed.Content.ReadAsStringAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_is_listed_with_all_its_names_and_nothing_outside_is_served()
    {
        _temp.Write("served/ñ & <x>.txt", "abc");
        _temp.Write("served/.hidden", "dot");
        _temp.Write("served/sub/b.txt", "b");
        _temp.Write("secret.txt", "secret");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_temp["served/link.txt"], _temp["secret.txt"]);
            File.CreateSymbolicLink(_temp["served/out"], _temp[""]);
            File.CreateSymbolicLink(_temp["served/over.txt"], _temp["served/out/secret.txt"]);
        }

        await using var served = await StartAsync("--http", "0", folder: "served");
        using var client = new HttpClient { BaseAddress = served.Urls[0] };

        var page = await client.GetStringAsync(new Uri("", UriKind.Relative));
        Assert.Contains("<a href=\"%C3%B1%20%26%20%3Cx%3E.txt\">&#241; &amp; &lt;x&gt;.txt</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\".hidden\">", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"sub/\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("link.txt", page, StringComparison.Ordinal);
        Assert.Equal("abc", await client.GetStringAsync(new Uri("%C3%B1%20%26%20%3Cx%3E.txt", UriKind.Relative)));
        Assert.Contains("b.txt", await client.GetStringAsync(new Uri("sub", UriKind.Relative)), StringComparison.Ordinal);

        foreach (var path in new[] { "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.txt", "/over.txt", "/out/secret.txt", "/sub/../../secret.txt", "/none" })
        {
            var answer = await AskAsync(served.Urls[0], $"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.Matches("^HTTP/1.1 (404|400)", answer);
            Assert.DoesNotContain("secret", answer.Split("\r\n\r\n")[1], StringComparison.Ordinal);
        }

        using var written = await client.PutAsync(new Uri("new.txt", UriKind.Relative), new StringContent("x"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, written.StatusCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_user_with_his_password_is_let_in()
    {
        _temp.Write("a.txt", "abc");
        await using var served = await StartAsync("--http", "0", "--user", "bob", "--password", "hush:hush");
        using var client = new HttpClient { BaseAddress = served.Urls[0] };
        using var stranger = await client.GetAsync(new Uri("a.txt", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("Basic", stranger.Headers.WwwAuthenticate.Single().Scheme);

        foreach (var (login, expected) in new[] { ("bob:hush", HttpStatusCode.Unauthorized), ("bob:hush:hush", HttpStatusCode.OK) })
        {
            using var answer = await GetAsync(client, "a.txt", request =>
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login))));
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_cut_comes_at_its_byte_and_a_pace_and_a_latency_are_kept()
    {
        _temp.Write("a.bin", new string('a', 300_000));
        await using var served = await StartAsync("--http", "0", "--cut-after", "200kB", "--rate", "200kB", "--latency", "100ms");
        using var client = new HttpClient { BaseAddress = served.Urls[0] };
        var started = TimeProvider.System.GetTimestamp();

        using var answer = await client.GetAsync(new Uri("a.bin", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.True(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds >= 90);
        Assert.Equal(300_000, answer.Content.Headers.ContentLength);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[200_000];
        await body.ReadExactlyAsync(buffer);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.8, 10);
        await Assert.ThrowsAnyAsync<IOException>(() => body.ReadExactlyAsync(buffer, 0, 1).AsTask());

        Assert.Equal("aaa", await (await GetAsync(client, "a.bin", request => request.Headers.Range = new(299_997, null))).Content.ReadAsStringAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Several_protocols_are_served_at_once_each_with_its_line()
    {
        await using var served = await StartAsync("--ftp", "0", "--ftps", "0", "--http", "0");

        Assert.Equal(["ftp", "ftps", "http"], served.Urls.Select(url => url.Scheme));
        Assert.Matches(@"Serving .* at ftps://127\.0\.0\.1:[0-9]+/ \(Ctrl\+C ends\)\. .*fingerprint = [0-9a-f]{64}$", served.Lines[1]);
        foreach (var url in served.Urls.Take(2))
        {
            using var ftp = new TcpClient(url.Host, url.Port);
            Assert.StartsWith("220", await new StreamReader(ftp.GetStream()).ReadLineAsync(), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_taken_port_is_code_6_and_says_what_to_do()
    {
        await using var served = await StartAsync("--http", "0");
        await using var error = new StringWriter();
        var port = served.Urls[0].Port.ToString(CultureInfo.InvariantCulture);

        Assert.Equal(6, await CommandLine.RunAsync(["serve", _temp.Root, "--http", port], new Screen(TextWriter.Null, error, IsTerminal: false), default));
        Assert.Contains("--http", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, Action<HttpRequestMessage> prepare)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        prepare(request);
        return await client.SendAsync(request);
    }

    /// <summary>As it stands: a client would tidy the path.</summary>
    private static async Task<string> AskAsync(Uri server, string request)
    {
        using var client = new TcpClient(server.Host, server.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return await new StreamReader(client.GetStream()).ReadToEndAsync();
    }

    private async Task<Served> StartAsync(params string[] options) => await StartAsync(options, "");

    private Task<Served> StartAsync(string option, string port, string folder) => StartAsync([option, port], folder);

    private async Task<Served> StartAsync(string[] options, string folder)
    {
        var served = new Served([.. new[] { "serve", folder.Length == 0 ? _temp.Root : _temp[folder] }, .. options]);
        await served.Ready;
        return served;
    }

    /// <summary>The verb at work, until it is disposed.</summary>
    private sealed class Served : StringWriter
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task<int> _running;

        internal Served(string[] line) => _running = RunAsync(line);

        internal Task Ready => _ready.Task;

        internal List<string> Lines { get; } = [];

        internal List<Uri> Urls => [.. Lines.Select(line => new Uri(line.Split(" at ")[1].Split(' ')[0]))];

        public override void WriteLine(string? value) => Lines.Add(value!);

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _ready.TrySetResult();
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Assert.Equal(0, await _running);
            _stop.Dispose();
            await base.DisposeAsync();
        }

        private async Task<int> RunAsync(string[] line)
        {
            await using var error = new StringWriter();
            var code = await CommandLine.RunAsync(line, new Screen(this, error, IsTerminal: false), _stop.Token);
            if (code != 0)
                _ready.TrySetException(new InvalidOperationException(error.ToString()));
            return code;
        }
    }
}
