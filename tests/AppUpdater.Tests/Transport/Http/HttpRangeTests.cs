using AppUpdater.Transport;
using static AppUpdater.Tests.Transport.Http.HttpTesting;

namespace AppUpdater.Tests.Transport.Http;

public sealed class HttpRangeTests
{
    private const int Limit = 60_000;
    private const string Old = "0123456789";
    private const string New = "abcdefghij";

    /// <summary>A file that is replaced between two requests, on a server that knows ranges or does not, and minds If-Range or does not.</summary>
    private sealed class ReplacedFile(string oldHeaders, string newHeaders, bool hasRanges = true, bool mindsIfRange = true, string newContent = New)
    {
        internal bool IsReplaced { get; set; }

        internal Task AnswerAsync(ScriptedRequest request)
        {
            var (content, headers) = IsReplaced ? (newContent, newHeaders) : (Old, oldHeaders);
            headers += $"Date: {Later}\r\n";
            var isSame = request["If-Range"] is not { } validator || headers.Contains(": " + validator + "\r\n", StringComparison.Ordinal);
            if (request["Range"] is not { } range || !hasRanges || (mindsIfRange && !isSame))
                return request.AnswerAsync("200 OK", headers, content);
            var ends = range["bytes=".Length..].Split('-');
            var start = int.Parse(ends[0], System.Globalization.CultureInfo.InvariantCulture);
            if (start >= content.Length)
                return request.AnswerAsync("416 No", $"Content-Range: bytes */{content.Length}\r\n", "");
            var end = Math.Min(ends[1].Length == 0 ? content.Length - 1 : int.Parse(ends[1], System.Globalization.CultureInfo.InvariantCulture), content.Length - 1);
            return request.AnswerAsync("206 Part", headers + $"Content-Range: bytes {start}-{end}/{content.Length}\r\n", content[start..(end + 1)]);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("ETag: \"a\"\r\n", "ETag: \"b\"\r\n", true, true)]
    [InlineData("ETag: \"a\"\r\n", "ETag: \"b\"\r\n", true, false)]
    [InlineData("ETag: \"a\"\r\n", "ETag: \"b\"\r\n", false, false)]
    [InlineData("ETag: W/\"a\"\r\n", "ETag: W/\"a\"\r\n", true, true)]
    [InlineData("ETag: W/\"a\"\r\n", "ETag: W/\"b\"\r\n", true, true)]
    [InlineData("Last-Modified: " + Then + "\r\n", "Last-Modified: " + LaterStill + "\r\n", true, true)]
    [InlineData("Last-Modified: " + Then + "\r\n", "Last-Modified: " + LaterStill + "\r\n", true, false)]
    [InlineData("Last-Modified: " + Then + "\r\n", "Last-Modified: " + LaterStill + "\r\n", false, false)]
    [InlineData("Last-Modified: " + Later + "\r\n", "Last-Modified: " + Later + "\r\n", true, true)]
    [InlineData("", "", true, true)]
    [InlineData("ETag: \"a\"\r\n", "", true, false)]
    [InlineData("ETag: \"a\"\r\n", "Last-Modified: " + LaterStill + "\r\n", true, false)]
    [InlineData("Last-Modified: " + Then + "\r\n", "", true, false)]
    public async Task A_file_replaced_by_one_of_equal_size_is_never_joined_to_the_old_one(string before, string after, bool hasRanges, bool mindsIfRange)
    {
        var file = new ReplacedFile(before, after, hasRanges, mindsIfRange);
        await using var server = new ScriptedHttpServer(file.AnswerAsync);
        await using var source = Open(server.Url);
        Assert.Equal(4, await source.ReadSomeAsync(4));
        file.IsReplaced = true;

        // A look in between, as after a break, does not make the new file the one that was begun.
        await source.StatAsync(SomeFile, default);

        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadAllAsync("file.bin", offset: 4));
        Assert.Equal(New, await source.ReadTextAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Once_told_a_caller_looks_again_and_reads_parts_of_the_new_file()
    {
        var file = new ReplacedFile("ETag: \"a\"\r\n", "ETag: \"b\"\r\n");
        await using var server = new ScriptedHttpServer(file.AnswerAsync);
        await using var source = Open(server.Url);
        Assert.Equal("2345", await source.ReadTextAsync(2, 4));
        file.IsReplaced = true;

        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadTextAsync(6));
        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadTextAsync(6));
        await source.StatAsync(SomeFile, default);
        Assert.Equal("ghij", await source.ReadTextAsync(6));
    }

    [Theory(Timeout = Limit)]
    [InlineData("ETag: \"a\"\r\nLast-Modified: " + Then + "\r\n", true, "\"a\"")]
    [InlineData("Last-Modified: " + Then + "\r\n", true, Then)]
    [InlineData("ETag: W/\"a\"\r\nLast-Modified: " + Then + "\r\n", true, null)]
    [InlineData("ETag: \"a\"\r\n", false, "\"a\"")]
    [InlineData("Last-Modified: " + Then + "\r\n", false, Then)]
    public async Task The_same_file_is_gone_on_with(string headers, bool hasRanges, string? ifRange)
    {
        await using var server = new ScriptedHttpServer(new ReplacedFile(headers, headers, hasRanges).AnswerAsync);
        await using var source = Open(server.Url);
        Assert.Equal(4, await source.ReadSomeAsync(4));

        Assert.Equal("456789", await source.ReadTextAsync(4));
        Assert.Equal("56", await source.ReadTextAsync(5, 2));
        Assert.Equal("", await source.ReadTextAsync(10));

        Assert.Contains("Range: bytes=5-6\n", server.Heads[2], StringComparison.Ordinal);
        if (ifRange is null)
            Assert.DoesNotContain("If-Range", server.Heads[1], StringComparison.Ordinal);
        else
            Assert.Contains($"If-Range: {ifRange}\n", server.Heads[1], StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_was_cut_is_another_one(bool hasRanges)
    {
        var file = new ReplacedFile("ETag: \"a\"\r\n", "ETag: \"b\"\r\n", hasRanges, newContent: "abc");
        await using var server = new ScriptedHttpServer(file.AnswerAsync);
        await using var source = Open(server.Url);
        await source.ReadSomeAsync(6);
        file.IsReplaced = true;

        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadTextAsync(6));
    }

    [Fact(Timeout = Limit)]
    public async Task An_offset_beyond_the_end_of_an_unknown_file_is_told()
    {
        await using var server = new ScriptedHttpServer(new ReplacedFile("", "").AnswerAsync);
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadTextAsync(11));
        Assert.False(failure.IsTransient);
        Assert.Contains("has 10 bytes now and can't be read from byte 11", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_HEAD_that_lies_about_the_size_is_found_out()
    {
        await using var server = new ScriptedHttpServer(request => request.Method == "HEAD"
            ? request.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n")
            : request.AnswerAsync("206 Part", "ETag: \"a\"\r\nContent-Range: bytes 4-9/10\r\n", "456789"));
        await using var source = Open(server.Url);
        Assert.Equal(5, (await source.StatAsync(SomeFile, default))!.Size);
        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadTextAsync(4));
    }

    [Fact(Timeout = Limit)]
    public async Task Less_than_was_asked_for_is_a_transfer_that_broke_off()
    {
        await using var server = new ScriptedHttpServer(request => request.AnswerAsync("206 Part", "Content-Range: bytes 4-6/10\r\n", "456"));
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadTextAsync(4));
        Assert.True(failure.IsTransient);
        Assert.Contains("3 bytes of 6 bytes", failure.Message, StringComparison.Ordinal);
    }
}
