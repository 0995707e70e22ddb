using System.Text;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>What servers do within the letter of the RFCs or beside it, one by one; docs/ftp-traps.md lists them all.</summary>
public sealed class FtpTrapTests : IDisposable
{
    private const int Limit = 60_000;

    private static readonly RelativePath SomeFile = RelativePath.Parse("file.bin");
    private static readonly byte[] Content = [1, 2, 3];

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpTarget Open(string url, int patience = 15, int connections = 1, CollectedLog? log = null) =>
        new(RemoteLocation.Parse(url), TransportTestOptions.Create(log, connections, patience: patience));

    /// <summary>Sends <see cref="Content"/> between these two, and answers uploads in the same way.</summary>
    private static ScriptedServer Server(string first, string last, string options = "200 fine") => ScriptedServer.Start(connection =>
    {
        var stored = false;
        return connection.ServeFtpAsync(async line =>
        {
            switch (line.Split(' ')[0])
            {
                case "OPTS":
                    return options;
                case "RETR":
                    await connection.SayAsync(first);
                    await connection.SendDataAsync(Content);
                    return last;
                case "STOR":
                    await connection.SayAsync(first);
                    await using (var data = await connection.AcceptDataAsync())
                        await data.CopyToAsync(Stream.Null);
                    stored = true;
                    return last;
                case "SIZE":
                    return line.EndsWith("uploading", StringComparison.Ordinal) && !stored ? "550 none" : "213 3";
                case "MDTM":
                    return "213 20260101000000";
                case "RNFR":
                    return "350 on";
                case "RNTO":
                    return "250 renamed";
                case "MKD" or "CWD":
                    return "250 made";
                default:
                    return null;
            }
        });
    });

    [Theory(Timeout = Limit)]
    [InlineData("150 here", "226 done", "200 fine")]
    [InlineData("125 already open", "250 fine", "202 no need")]
    [InlineData("150-here\r\n226 is not yet\r\n150 it comes", "250-226\r\n426 no\r\n250 done", "504 what")]
    [InlineData("150 here\r\n150 still here\r\n125 and here", "226 done", "501 what")]
    public async Task The_first_digit_decides_and_any_number_of_1xx_may_come(string first, string last, string options)
    {
        await using var server = Server(first, last, options);
        await using var target = Open(server.Url);
        Assert.Equal(Content, await target.ReadAllAsync("file.bin"));
        Assert.Equal(Content, await target.ReadAllAsync("file.bin"));
        await target.UploadAsync(TransportTestOptions.Upload("sub/file", Content), default);
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_says_226_twice_costs_a_connection_and_no_file()
    {
        await using var server = Server("150 here", "226 done\r\n226 done indeed");
        await using var target = Open(server.Url);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Content, await target.ReadAllAsync("file.bin"));
            await Task.Delay(100);
            Assert.Equal(3, (await target.StatAsync(SomeFile, default))!.Size);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_asynchronous_server_is_found_out_and_every_file_is_whole()
    {
        for (var i = 0; i < 12; i++)
            _temp.Write($"f{i}", new string((char)('a' + i), 10_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { AsyncReplies = true });
        await using var target = Open($"{server.Url}");
        for (var i = 0; i < 12; i++)
            Assert.Equal(new string((char)('a' + i), 10_000), Encoding.ASCII.GetString(await target.ReadAllAsync($"f{i}")));
        Assert.Equal(10_000, (await target.StatAsync(RelativePath.Parse("f0"), default))!.Size);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Empty_and_missing_are_told_apart_though_the_server_does_not(bool emptyForMissing, bool emptyIs450)
    {
        Directory.CreateDirectory(_temp["empty"]);
        var options = new FtpServerOptions { ListOnly = true, EmptyForMissing = emptyForMissing, EmptyIs450 = emptyIs450 };
        await using var server = LoopbackFtpServer.Start(_temp.Root, options);
        await using var target = Open($"{server.Url}");
        Assert.Empty(await target.ListAllAsync(RelativePath.Parse("empty")));
        await Assert.ThrowsAsync<MissingException>(() => target.ListAllAsync(RelativePath.Parse("missing")));
    }

    [Theory]
    [InlineData(550, "Broken pipe", true)]
    [InlineData(550, "Read timed out", true)]
    [InlineData(551, "Too many open files", true)]
    [InlineData(451, "Local error", true)]
    [InlineData(552, "Quota exceeded", false)]
    public void A_5xx_that_passes_is_known_by_its_words(int code, string text, bool isTransient)
    {
        using var server = new FtpServer(RemoteLocation.Parse("ftp://h"), TransportTestOptions.Create());
        var failure = Assert.IsType<UnreachableException>(server.Refusal(new FtpReply(code, [text]), "RETR /x"));
        Assert.Equal(isTransient, failure.IsTransient);
    }

    [Theory]
    [InlineData("Datei nicht gefunden")]
    [InlineData("El sistema no puede encontrar el archivo especificado.")]
    [InlineData("")]
    public void Missing_is_told_by_its_code_in_any_language(string text)
    {
        using var server = new FtpServer(RemoteLocation.Parse("ftp://h"), TransportTestOptions.Create());
        Assert.IsType<MissingException>(server.Refusal(new FtpReply(550, [text]), "RETR /x"));
    }

    [Fact(Timeout = Limit)]
    public async Task Every_connection_is_set_to_binary_before_its_first_transfer()
    {
        _temp.Write("one", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.ServiceNotAvailable("RETR");
        await using var target = Open($"{server.Url}");
        await Assert.ThrowsAsync<UnreachableException>(() => target.ReadAllAsync("one"));
        Assert.Single(await target.ReadAllAsync("one"));
        Assert.Equal(2, server.Connections);
        Assert.Equal(2, server.Commands.Count(line => line == "TYPE I"));
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("ABOR", StringComparison.Ordinal) || line.StartsWith("STOU", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ÿ.txt")]
    [InlineData("aÿÿb")]
    public void The_byte_of_telnets_IAC_is_sent_as_it_is(string name)
    {
        // vsftpd and Pure-FTPd take a doubled one for two; ProFTPD takes either.
        var names = new FtpNames(NameEncoding.Windows1252, "h:21");
        Assert.Equal([.. "RETR /"u8, .. Encoding.Latin1.GetBytes(name), .. "\r\n"u8], names.Encode(new FtpCommand("RETR", "/" + name)));
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_the_server_closed_while_it_was_idle_is_replaced()
    {
        var asked = 0;
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line.StartsWith("SIZE", StringComparison.Ordinal))
                return "213 3";
            if (!line.StartsWith("MDTM", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("213 20260101000000");
            if (Interlocked.Increment(ref asked) == 1)
                connection.Reset();
            return asked == 1 ? null : "";
        }));
        await using var target = new FtpTarget(RemoteLocation.Parse(server.Url), TransportTestOptions.Create(connections: 1, retries: 3));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(3, (await target.StatAsync(SomeFile, default))!.Size);
            await Task.Delay(100);
        }

        Assert.InRange(server.Connections, 2, 3);
    }
}
