using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Folders listed by STAT, over the control connection: where that is shown to be right, and never else.</summary>
public sealed class FtpStatListingTests : IDisposable
{
    private const int Limit = 60_000;
    private const string Self = "drwxr-xr-x 2 0 0 4096 Jan 05  2024 .\r\ndrwxr-xr-x 2 0 0 4096 Jan 05  2024 ..\r\n";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static string Folder(string name) => $"drwxr-xr-x 2 0 0 4096 Jan 05  2024 {name}\r\n";

    private static string File(string name, int size = 5) => $"-rw-r--r-- 1 0 0 {size} Jan 05  2024 {name}\r\n";

    private static string Told(string lines) => $"213-Status follows:\r\n{lines}213 End of status";

    private static FtpSource Open(string url, int connections = 2) =>
        new(RemoteLocation.Parse(url), TransportTestOptions.Create(connections: connections, retries: 1));

    /// <summary>A server whose LIST shows these folders, and whose STAT says what the script says, or else the same as LIST with "." and "..".</summary>
    private static ScriptedServer Serve(Dictionary<string, string> folders, Func<string, string?> stat, string cwd = "250 in") =>
        ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            var (verb, path) = (line[..Math.Min(4, line.Length)], line.Length > 5 ? line[5..] : "");
            if (verb == "STAT")
                return stat(path) ?? Told(Self + folders[path]);
            if (line.StartsWith("CWD ", StringComparison.Ordinal))
                return cwd;
            if (verb != "LIST")
                return null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync(Encoding.Latin1.GetBytes(path.Length == 0 ? "" : folders[path]));
            return "226 done";
        }));

    private static List<string> Heard(ScriptedServer server, string verb) =>
        [.. server.Heard.Where(line => line.StartsWith(verb, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static async Task<List<string>> NamesAsync(FtpSource source) => [.. (await source.ListAllAsync()).Select(entry => entry.Path.Value)];

    [Fact(Timeout = Limit)]
    public async Task Each_level_of_a_tree_costs_few_round_trips_and_tells_what_LIST_does()
    {
        var written = Enumerable.Range(0, 200).Select(i => $"a{i % 10}/b{i % 40}/c{i}.bin").ToList();
        foreach (var path in written)
            _temp.Write(path, new string('x', path.Length));
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ListOnly = true });
        await using var source = Open(server.Url.ToString(), connections: 4);
        var found = await source.ListAllAsync();
        await using var mlsd = LoopbackFtpServer.Start(_temp.Root);
        await using var other = Open(mlsd.Url.ToString());
        var expected = await other.ListAllAsync();
        Assert.Equal(expected.Select(entry => (entry.Path, entry.Kind, entry.Size)), found.Select(entry => (entry.Path, entry.Kind, entry.Size)));
        Assert.Single(server.Commands, line => line.StartsWith("LIST", StringComparison.Ordinal));
        Assert.Equal(51, server.Commands.Count(line => line.StartsWith("STAT", StringComparison.Ordinal)));
        Assert.InRange(server.Connections, 1, 2);
        Assert.InRange(server.RoundTrips, 1, 25);
        Assert.DoesNotContain(mlsd.Commands, line => line.StartsWith("STAT", StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("502 what")]
    [InlineData("213 all well")]
    [InlineData("213-Status\r\n213 End")]
    [InlineData("213-Status\r\n{self}{folder}-rw-r--r-- 1 0 0 6 Jan 05  2024 a\r\n213 End")]
    [InlineData("213-Status\r\n{self}{folder}-rw-r--r-- 1 0 0 5 Jan 06  2024 a\r\n213 End")]
    [InlineData("213-Status\r\n{self}{folder}213 End")]
    [InlineData("213-Status\r\n{folder}{file}213 End")]
    [InlineData("213-Status\r\n{self}{folder}{file}{file}213 End")]
    [InlineData("213-Status\r\n{self}{folder}{file}what is this\r\n213 End")]
    [InlineData("213-Status\r\n{self}{folder}{file}213 End\r\n213 End")]
    [InlineData("213-Status\r\n{self}{folder}{file}213 End\r\nno reply")]
    [InlineData("421 go away")]
    public async Task Any_other_answer_than_that_of_LIST_leaves_it_at_LIST(string answer)
    {
        answer = answer.Replace("{self}", Self, StringComparison.Ordinal).Replace("{folder}", Folder("sub"), StringComparison.Ordinal)
            .Replace("{file}", File("a"), StringComparison.Ordinal);
        await using var server = Serve(new() { ["/"] = Folder("sub") + File("a"), ["/sub"] = File("b") }, _ => answer);
        await using var source = Open(server.Url);
        Assert.Equal(["a", "sub", "sub/b"], await NamesAsync(source));
        Assert.Equal(["STAT /"], Heard(server, "STAT"));
        Assert.Equal(["LIST /", "LIST /sub"], Heard(server, "LIST"));
    }

    [Fact(Timeout = Limit)]
    public async Task Names_with_a_dot_are_left_out_where_LIST_leaves_them_out()
    {
        var folders = new Dictionary<string, string> { ["/"] = Folder("sub"), ["/sub"] = File("b") };
        await using var server = Serve(folders, path => Told(Self + File(".hid") + folders[path]));
        await using var source = Open(server.Url);
        Assert.Equal(["sub", "sub/b"], await NamesAsync(source));
        Assert.Equal(["LIST /"], Heard(server, "LIST"));
    }

    [Fact(Timeout = Limit)]
    public async Task Names_with_a_dot_are_told_where_LIST_tells_of_them()
    {
        await using var server = Serve(new() { ["/"] = Folder("sub") + File(".a"), ["/sub"] = File(".b") }, _ => null);
        await using var source = Open(server.Url);
        Assert.Equal([".a", "sub", "sub/.b"], await NamesAsync(source));
        Assert.Equal(["LIST /"], Heard(server, "LIST"));
    }

    [Fact(Timeout = Limit)]
    public async Task Where_LIST_has_not_shown_its_way_with_dots_it_is_asked_for_a_folder_that_has_some()
    {
        var folders = new Dictionary<string, string> { ["/"] = Folder("sub") + Folder("two"), ["/sub"] = File("b"), ["/two"] = File("c") };
        await using var server = Serve(folders, path => path == "/sub" ? Told(Self + File(".hid") + File("b")) : null);
        await using var source = Open(server.Url);
        Assert.Equal(["sub", "sub/b", "two", "two/c"], await NamesAsync(source));
        Assert.Equal(["LIST /", "LIST /sub"], Heard(server, "LIST"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("213-Status follows:\r\n213 End of status", "250 in", true)] // vsftpd, where it is not there
    [InlineData("213-Status follows:\r\n213 End of status", "550 Failed to change directory.", false)]
    [InlineData("550 no", "550 no", false)]
    [InlineData("450 no", "250 in", true)]
    public async Task A_folder_that_shows_nothing_is_confirmed_by_the_sure_way(string stat, string cwd, bool isThere)
    {
        await using var server = Serve(new() { ["/"] = Folder("sub"), ["/sub"] = "" }, path => path == "/sub" ? stat : null, cwd);
        await using var source = Open(server.Url);
        if (isThere)
            Assert.Equal(["sub"], await NamesAsync(source));
        else
            await Assert.ThrowsAsync<MissingException>(() => NamesAsync(source));
        Assert.Contains("CWD /sub", server.Heard);
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_folder_needs_no_more_than_STAT()
    {
        await using var server = Serve(new() { ["/"] = Folder("sub"), ["/sub"] = "" }, _ => null);
        await using var source = Open(server.Url);
        Assert.Equal(["sub"], await NamesAsync(source));
        Assert.Equal(["LIST /"], Heard(server, "LIST"));
        Assert.Empty(Heard(server, "CWD"));
    }

    [Fact(Timeout = Limit)]
    public async Task Names_in_any_encoding_come_and_go_as_they_are()
    {
        await using var server = Serve(new() { ["/"] = Folder("gr\xF6\xDF") + Folder("\xC3\xA9"), ["/gr\xF6\xDF"] = File("\xFC"), ["/\xC3\xA9"] = File("\xC3\xBC") }, _ => null);
        await using var source = Open(server.Url);
        Assert.Equal(["größ", "größ/ü", "é", "é/ü"], (await NamesAsync(source)).Order(StringComparer.Ordinal));
        Assert.Equal(["STAT /", "STAT /gr\xF6\xDF", "STAT /\xC3\xA9"], Heard(server, "STAT").Order(StringComparer.Ordinal).OrderBy(line => line.Contains('\xC3', StringComparison.Ordinal)));
        Assert.Equal(["LIST /"], Heard(server, "LIST"));
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_too_large_for_a_reply_is_listed_by_LIST(bool isByLines)
    {
        var many = string.Concat(Enumerable.Range(0, isByLines ? 10_100 : 8_500).Select(i => File(isByLines ? $"{i:D5}" : $"{i:D5}{new string('x', 100)}")));
        await using var server = Serve(new() { ["/"] = Folder("sub"), ["/sub"] = many }, _ => null);
        await using var source = Open(server.Url);
        var found = await source.ListAsync(null, _ => true, default).CountAsync();
        Assert.Equal(isByLines ? 10_101 : 8_501, found);
        Assert.Equal(["LIST /", "LIST /sub"], Heard(server, "LIST"));
    }

    // vsftpd sends a line break in a name as it is, so that the name ends the reply.
    [Theory(Timeout = Limit)]
    [InlineData("nl\n213 End\r\n")]
    [InlineData("nl\n213 End\r\n213-Status\r\n")]
    [InlineData("nl\n213 End\r\n213 End\r\n")]
    [InlineData("nl\n213 End\r\n214-swallow\r\n")]
    [InlineData("nl\n213 End\r\n421 bye\r\n")]
    public async Task A_name_that_ends_the_reply_never_hides_the_files_behind_it(string name)
    {
        var folders = new Dictionary<string, string> { ["/"] = Folder("one") + Folder("two"), ["/one"] = File("a") + File("z"), ["/two"] = File("c") };
        await using var server = Serve(folders, path => path == "/" ? null : Told(Self + File("a") + File(name) + File("z")));
        await using var source = Open(server.Url);
        Assert.Equal(["one", "one/a", "one/z", "two", "two/c"], await NamesAsync(source));
        Assert.Equal(["LIST /", "LIST /one", "LIST /two"], Heard(server, "LIST"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("with space")]
    [InlineData("-la")]
    [InlineData("[glob]*")]
    public async Task An_odd_name_is_entered_instead(string name)
    {
        _temp.Write($"{name}/sub/file", "x");
        _temp.Write("plain/file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ListOnly = true });
        await using var source = Open(server.Url.ToString());
        Assert.Equal(5, (await source.ListAllAsync()).Count);
        Assert.Contains("STAT /plain", server.Commands);
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("STAT", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_gets_one_command_at_a_time_gets_no_STAT()
    {
        _temp.Write("sub/file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ListOnly = true });
        server.Faults.OnCommand = command => command == "CONNECT" ? FaultAction.AnswerFirst("220-MadGoat FTP server") : null;
        await using var source = Open(server.Url.ToString());
        Assert.Equal(2, (await source.ListAllAsync()).Count);
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("STAT", StringComparison.Ordinal));
    }
}
