using AppUpdater.Transport;
using AppUpdater.Transport.Http;
using FsCheck;
using FsCheck.Fluent;
using static AppUpdater.Tests.Transport.Http.HttpTesting;

namespace AppUpdater.Tests.Transport.Http;

public sealed class HttpListingTests
{
    private const int Limit = 60_000;

    /// <summary>Pages as the servers write them: nginx 1.22, Apache 2.4, Python 3.11, lighttpd 1.4, Kestrel, Caddy 2.</summary>
    public static TheoryData<string, string> Pages => new()
    {
        { "nginx", "<html>\r\n<head><title>Index of /app/</title></head>\r\n<body>\r\n<h1>Index of /app/</h1><hr><pre><a href=\"../\">../</a>\r\n<a href=\"a%C3%B1o%20nuevo/\">año nuevo/</a>   21-Nov-2026 06:44    -\r\n<a href=\"a%20b%23c%25.txt\">a b#c%.txt</a>   21-Nov-2026 06:44   3\r\n</pre><hr></body>\r\n</html>" },
        { "Apache", "<!DOCTYPE HTML>\n<html><head><title>Index of /app</title></head><body><table><tr><th><a href=\"?C=N;O=D\">Name</a></th><th><a href=\"?C=M;O=A\">Last modified</a></th></tr><tr><td><a href=\"/\">Parent Directory</a></td></tr>\n<tr><td><a href=\"a%c3%b1o%20nuevo/\">a..&gt;</a></td></tr><tr><td><a href=\"a%20b%23c%25.txt\">a b</a></td></tr></table></body></html>" },
        { "Python", "<!DOCTYPE HTML>\n<html lang=\"en\"><head><title>Directory listing for /app/</title></head><ul><li><a href=\"a%20b%23c%25.txt\">a</a></li><li><a href=\"a%C3%B1o%20nuevo/\">b</a></li></ul></html>" },
        { "lighttpd", "<title>Index of /app/</title><a href=\"../\">..</a><a href=\"a%c3%b1o%20nuevo/\">x</a>/<a href=\"a%20b%23c%25.txt\">x</a><a href=\"http://lighttpd.net/\">l</a></body>\n</html>\n" },
        { "Kestrel", "<title>Index of /app/</title><a href=\"/\">/</a><a href=\"./a%C3%B1o%20nuevo/\">x</a><a href=\"./a%20b%23c%25.txt\">x</a></body>\r\n</html>" },
        { "Caddy", "<title>app</title><a class=\"up\" href=\"..\">Up</a><a href=\"./a%C3%B1o%20nuevo/\">x</a><a href=\"./a%C3%B1o%20nuevo/\">x</a><a href='./a%20b%23c%25.txt'>x</a><a href=\"./?sort=name&amp;order=desc\">s</a></body>\n</html>" },
        { "IIS", "<title>host - /app/</title><A HREF=\"/\">[To Parent Directory]</A><A HREF=\"/app/a%C3%B1o%20nuevo/\">x</A><A HREF=\"/app/a%20b%23c%25.txt\">x</A></pre><hr></body></html>" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Pages))]
    public async Task A_folder_index_in_HTML_is_read_with_sizes_and_times_asked_for(string name, string page)
    {
        await using var server = new ScriptedHttpServer(request => request.Target switch
        {
            "/app/" => request.AnswerAsync("200 OK", "Content-Type: text/html\r\n", page),
            "/app/a%20b%23c%25.txt" => request.SayAsync($"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nLast-Modified: {Then}\r\n\r\n"),
            _ => request.AnswerAsync("404 No", "", name),
        });
        await using var source = Open(server.Url + "/app");
        var entries = await source.ListAllAsync(enter: _ => false);
        Assert.Equal(["a b#c%.txt", "año nuevo"], entries.Select(entry => entry.Path.Value));
        Assert.Equal((RemoteEntryKind.File, 3), (entries[0].Kind, entries[0].Size));
        Assert.Equal(new DateTimeOffset(2025, 11, 1, 10, 0, 0, TimeSpan.Zero), entries[0].Modified!.Value.Utc);
        Assert.Equal(RemoteEntryKind.Directory, entries[1].Kind);
    }

    [Fact(Timeout = Limit)]
    public async Task Names_that_Kestrel_links_to_as_they_are_are_taken_as_they_are()
    {
        const string Page = "<title>Index of /</title><td class=\"name\"><a href=\"./q?x=1/\">q?x=1/</a></td>"
            + "<td class=\"name\"><a href=\"./#1 &amp;#2.txt\">#1 &amp;#2.txt</a></td><td class=\"name\"><a href=\"./%41.txt\">%41.txt</a></td>"
            + "<td class=\"name\"><a href=\"./ca&#xF1;&#xF3;n.txt\">ca&#xF1;&#xF3;n.txt</a></td><td class=\"name\"><a href=\"./%2541.txt\">other %41</a></td></html>";
        await using var server = new ScriptedHttpServer(request =>
            request.AnswerAsync("200 OK", "Content-Type: text/html\r\n", request.Target == "/" ? Page : ""));
        await using var source = Open(server.Url);
        var entries = await source.ListAllAsync(enter: _ => false);
        Assert.Equal(["#1 &#2.txt", "%41.txt", "cañón.txt", "q?x=1"], entries.Select(entry => entry.Path.Value));
        Assert.Equal("q?x=1", Assert.Single(entries, entry => entry.Kind == RemoteEntryKind.Directory).Path.Value);
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_index_in_JSON_needs_no_further_question()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(
            "200 OK",
            "Content-Type: application/json\r\n",
            request.Target == "/"
                ? $"[{{\"name\":\"d\",\"type\":\"directory\",\"mtime\":\"{Then}\"}},{{\"name\":\"x?.bin\",\"type\":\"file\",\"mtime\":\"{Then}\",\"size\":2}}]"
                : $"[{{\"name\":\"y\",\"type\":\"file\",\"mtime\":\"{Then}\",\"size\":0}}]"));
        await using var source = Open(server.Url);
        Assert.Equal(["d", "d/y", "x?.bin"], (await source.ListAllAsync()).Select(entry => entry.Path.Value));
        Assert.Equal(2, server.Heads.Count);
    }

    [Theory(Timeout = Limit)]
    [InlineData("403 No", typeof(UnreachableException))]
    [InlineData("404 No", typeof(MissingException))]
    public async Task A_folder_without_an_index_says_what_to_do(string status, Type type)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(status, "", ""));
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync(type, () => source.ListAllAsync());
        Assert.Contains("autoindex on; Apache: Options +Indexes", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Manual")]
    [InlineData("docs")]
    [InlineData("All about /docs")]
    public async Task A_page_in_place_of_the_index_is_not_taken_for_one(string title)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(
            "200 OK", "Content-Type: text/html\r\n", $"<html><title>{title}</title><a href=\"one.html\">1</a></html>"));
        await using var source = Open(server.Url + "/docs");
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ListAllAsync());
        Assert.Contains("index.html", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    /// <summary>Half an index lacks files, and what is not listed would be removed from the install.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_index_that_stops_in_the_middle_is_not_believed()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(
            "200 OK", "Last-Modified: " + Then + "\r\n", "<html><title>Index of /</title><a href=\"one.txt\">1</a><a href=\"tw"));
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ListAllAsync());
        Assert.Contains("</html>", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("a#b.txt")]
    [InlineData("a?b.txt")]
    public async Task A_name_that_the_server_did_not_encode_is_refused_and_not_cut(string link)
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(
            "200 OK", "Last-Modified: " + Then + "\r\n", request.Target == "/" ? $"<title>Index of /</title><a href=\"a\">a</a><a href=\"{link}\">x</a></html>" : ""));
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
        Assert.Contains(link, failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_further_down_tells_of_the_folder_on_the_way()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync(
            "200 OK", "", request.Target == "/" ? "<title>Index of /</title><a href=\"sub/x.txt\">x</a></html>" : "<title>Index of /sub/</title></html>"));
        await using var source = Open(server.Url);
        Assert.Equal((RelativePath.Parse("sub"), RemoteEntryKind.Directory), (await source.ListAllAsync()).Select(entry => (entry.Path, entry.Kind)).Single());
    }

    [Fact(Timeout = Limit)]
    public async Task A_tree_without_end_is_cut_off()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("200 OK", "", "<title>Index of /</title><a href=\"d/\">d</a></html>"));
        await using var source = Open(server.Url);
        await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
        Assert.InRange(server.Heads.Count, 1, 70);
    }

    [Fact]
    public void No_page_makes_the_parsers_throw_or_loop()
    {
        var piece = Gen.Elements("<a", " ", "href", "=", "\"", "'", ">", "<title", "</", "/", "&amp;", "x", "[", "{", "\"name\":", ",");
        var page = Gen.ArrayOf(piece).Select(string.Concat);
        Prop.ForAll(page.ToArbitrary(), text => HtmlIndex.Links(text).Count <= text.Length && HtmlIndex.Title(text).Length <= text.Length
            && (JsonIndex.Parse(System.Text.Encoding.UTF8.GetBytes(text))?.Count ?? 0) <= text.Length).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_page_made_to_be_slow_is_not()
    {
        var started = TimeProvider.System.GetTimestamp();
        HtmlIndex.Links(string.Concat(Enumerable.Repeat("<a ", 3_000_000)));
        HtmlIndex.Links(string.Concat(Enumerable.Repeat("<a href=\"", 1_000_000)));
        HtmlIndex.Title(string.Concat(Enumerable.Repeat("<title", 1_000_000)));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
