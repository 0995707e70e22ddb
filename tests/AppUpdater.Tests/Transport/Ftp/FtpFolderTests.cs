using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>A folder that is not there, one that is empty, and one that may not be seen: servers answer them alike.</summary>
public sealed class FtpFolderTests : IDisposable
{
    private const int Limit = 60_000;
    private const string Line = "-rw-r--r-- 1 u g 5 Jan 05  2024 a\r\n";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    // What the server says to LIST /app, to CWD /app, and to LIST after that; "226" alone is a listing with nothing in it.
    [Theory(Timeout = Limit)]
    [InlineData("226", "250 in", "226", 0)] // vsftpd, Pure-FTPd: empty
    [InlineData("226", "550 Failed to change directory.", "", null)] // vsftpd, Pure-FTPd: missing
    [InlineData("450 /app: No files found", "250 in", "450 No files found", 0)] // ProFTPD: empty
    [InlineData("450 /app: No such file or directory", "550 /app: No such file or directory", "", null)] // ProFTPD: missing
    [InlineData("550 No files found", "200 in", "550 No files found", 0)] // DrFTPD: empty; CWD with 200
    [InlineData("550 No such directory", "501 No such directory", "", null)]
    [InlineData("553 no", "553 no", "", null)]
    [InlineData("501 No parameters, please", "250 in", "data", 1)]
    [InlineData("504 Not for that parameter", "250 in", "226", 0)]
    [InlineData("250 Nothing to list", "250 in", "250 Nothing to list", 0)] // no data connection at all
    [InlineData("data", "", "", 1)]
    public async Task Missing_is_told_from_empty_by_CWD(string list, string cwd, string inside, int? entries)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => AnswerAsync(connection, line, list, cwd, inside)));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url + "/app"), TransportTestOptions.Create());
        if (entries is { } count)
            Assert.Equal(count, (await source.ListAllAsync()).Count);
        else
            await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData("550 Permission denied.", false)] // vsftpd, dirlist_enable=NO
    [InlineData("450 Access is denied", false)]
    [InlineData("530 Not logged in", false)]
    [InlineData("451 Local error", true)]
    public async Task A_folder_that_may_not_be_listed_is_never_an_empty_one(string refusal, bool isTransient)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => AnswerAsync(connection, line, refusal, "250 in", refusal)));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url + "/app"), TransportTestOptions.Create());
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ListAllAsync());
        Assert.Equal(isTransient, failure.IsTransient);
    }

    [Theory(Timeout = Limit)]
    [InlineData("226", "250 in", 0)]
    [InlineData("226", "550 no", null)]
    [InlineData("450 none", "250 in", 0)]
    [InlineData("550 no", "550 no", null)]
    [InlineData("501 Not a directory", "550 Not a directory", null)] // RFC 3659, 7.2.1
    public async Task MLSD_is_held_to_the_same(string mlsd, string cwd, int? entries)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
            line == "FEAT" ? "211-Features\r\n MLST type*;size*;modify*;\r\n211 End"
            : await AnswerAsync(connection, line.Replace("MLSD", "LIST", StringComparison.Ordinal), mlsd, cwd, mlsd)));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url + "/app"), TransportTestOptions.Create());
        if (entries is { } count)
            Assert.Equal(count, (await source.ListAllAsync()).Count);
        else
            await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_is_no_folder_though_LIST_shows_it()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(
            line => AnswerAsync(connection, line.Replace("/a", "/app", StringComparison.Ordinal), "data", "550 Not a directory", "")));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url + "/a"), TransportTestOptions.Create());
        await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData("-a")]
    [InlineData("-la x")]
    [InlineData("with space")]
    [InlineData(" leading")]
    [InlineData("[glob]*")]
    [InlineData("{a,b}")]
    [InlineData("~home")]
    [InlineData("what?")]
    public async Task An_odd_name_is_entered_and_what_follows_is_asked_for_by_its_whole_path(string name)
    {
        _temp.Write($"{name}/sub/file", "inside");
        _temp.Write("file", "above");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ListOnly = true });
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url.ToString()), TransportTestOptions.Create(connections: 1));
        Assert.Equal(4, (await source.ListAllAsync()).Count);
        Assert.Equal("inside"u8.ToArray(), await source.ReadAllAsync($"{name}/sub/file"));
        Assert.Equal("above"u8.ToArray(), await source.ReadAllAsync("file"));
        Assert.Equal(5, (await source.StatAsync(RelativePath.Parse("file"), default))!.Size);
        Assert.Contains($"CWD /{name}", server.Commands);
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("LIST", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));
    }

    private static async Task<string?> AnswerAsync(ScriptedConnection connection, string line, string list, string cwd, string inside)
    {
        var answer = line switch
        {
            "LIST /app" => list,
            "LIST" => inside,
            "CWD /app" => cwd,
            _ => null,
        };
        if (answer is not ("226" or "data"))
            return answer;
        await connection.SayAsync("150 here");
        await connection.SendDataAsync(answer == "data" ? System.Text.Encoding.ASCII.GetBytes(Line) : []);
        return "226 done";
    }
}
