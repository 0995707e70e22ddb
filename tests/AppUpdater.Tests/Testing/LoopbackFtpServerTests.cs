using System.Net.Sockets;
using System.Text;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Testing;

public sealed class LoopbackFtpServerTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_file_is_fetched_whole_and_from_an_offset()
    {
        var content = new byte[300_000];
        Random.Shared.NextBytes(content);
        await File.WriteAllBytesAsync(_folder["app.dll"], content);
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);

        var whole = await client.FetchAsync("RETR app.dll");
        await client.SendAsync("REST 299000");
        var rest = await client.FetchAsync("RETR /app.dll");

        Assert.Equal(content, whole.Bytes);
        Assert.StartsWith("226", whole.Final, StringComparison.Ordinal);
        Assert.Contains("(300000 bytes)", whole.Opening, StringComparison.Ordinal);
        Assert.Equal(content[299_000..], rest.Bytes);
        Assert.Equal("213 300000", await client.SendAsync("SIZE app.dll"));
        Assert.Equal(301_000, server.BytesSent);
    }

    [Fact(Timeout = Limit)]
    public async Task Listings_tell_name_size_and_time_in_utc()
    {
        File.SetLastWriteTimeUtc(_folder.Write("bin/año nuevo.txt", "hello"), new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);

        Assert.Contains("type=dir;", await client.ListAsync("MLSD"), StringComparison.Ordinal);
        var listing = await client.ListAsync("MLSD bin");
        Assert.Contains("type=file;size=5;modify=20260203040506;UNIX.mode=0644; año nuevo.txt\r\n", listing, StringComparison.Ordinal);
        Assert.Equal("213 20260203040506", await client.SendAsync("MDTM bin/año nuevo.txt"));
        Assert.Equal("año nuevo.txt\r\n", await client.ListAsync("NLST bin"));
        Assert.Contains("size=5;", await client.SendAsync("MLST bin/año nuevo.txt"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_list_only_server_in_another_zone_shows_local_times()
    {
        File.SetLastWriteTimeUtc(_folder.Write("old.txt", "12345"), new DateTime(2019, 12, 31, 23, 30, 0, DateTimeKind.Utc));
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test");
        await using var unix = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { ListOnly = true, TimeZone = zone });
        await using var dos = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { ListStyle = FtpListStyle.Dos, TimeZone = zone });
        using var unixClient = await RawFtpClient.LogInAsync(unix);
        using var dosClient = await RawFtpClient.LogInAsync(dos);

        Assert.Contains("            5 Jan 01  2020 old.txt\r\n", await unixClient.ListAsync("LIST -a"), StringComparison.Ordinal);
        Assert.Equal("01-01-20  01:30AM                    5 old.txt\r\n", await dosClient.ListAsync("LIST"));
        Assert.StartsWith("502", await unixClient.SendAsync("MLSD"), StringComparison.Ordinal);
        Assert.DoesNotContain("MLST", await unixClient.SendAsync("FEAT"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_outside_the_folder_is_served()
    {
        _folder.Write("secret.txt", "secret");
        _folder.Write("served/own.txt", "own");
        if (!OperatingSystem.IsWindows())
            File.CreateSymbolicLink(_folder["served/link.txt"], _folder["secret.txt"]);
        await using var server = LoopbackFtpServer.Start(_folder["served"]);
        using var client = await RawFtpClient.LogInAsync(server);

        foreach (var path in new[] { "../secret.txt", "/../secret.txt", "x/../../secret.txt", "link.txt" })
        {
            Assert.StartsWith("550", (await client.FetchAsync("RETR " + path)).Opening, StringComparison.Ordinal);
            Assert.StartsWith("550", (await client.FetchAsync("STOR " + path)).Opening, StringComparison.Ordinal);
        }

        Assert.StartsWith("550", await client.SendAsync("CWD .."), StringComparison.Ordinal);
        Assert.Equal("secret", await File.ReadAllTextAsync(_folder["secret.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Files_and_folders_are_written_renamed_and_deleted()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);

        Assert.StartsWith("257", await client.SendAsync("MKD up"), StringComparison.Ordinal);
        await StoreAsync(client, "STOR up/a.tmp", "hello");
        await StoreAsync(client, "APPE up/a.tmp", " world");
        Assert.StartsWith("350", await client.SendAsync("RNFR up/a.tmp"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SendAsync("RNTO up/a.txt"), StringComparison.Ordinal);
        Assert.StartsWith("213", await client.SendAsync("MFMT 20260102030405 up/a.txt"), StringComparison.Ordinal);

        Assert.Equal("hello world", await File.ReadAllTextAsync(_folder["up/a.txt"]));
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5), File.GetLastWriteTimeUtc(_folder["up/a.txt"]));
        Assert.StartsWith("250", await client.SendAsync("DELE up/a.txt"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SendAsync("RMD up"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task A_read_only_server_refuses_every_writing_verb()
    {
        _folder.Write("a.txt", "a");
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { ReadOnly = true });
        using var client = await RawFtpClient.LogInAsync(server);

        foreach (var command in new[] { "DELE a.txt", "RNFR a.txt", "MKD b", "MFMT 20260102030405 a.txt", "STOR a.txt", "APPE a.txt" })
            Assert.StartsWith("550", (await client.FetchAsync(command)).Opening, StringComparison.Ordinal);
        Assert.Equal("a", await File.ReadAllTextAsync(_folder["a.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_user_with_his_password_is_let_in_and_the_log_hides_it()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { User = "bob", Password = "hush hush" });
        using var client = await RawFtpClient.ConnectAsync(server);
        await client.ReadAsync();

        Assert.StartsWith("530", await client.SendAsync("PWD"), StringComparison.Ordinal);
        await client.SendAsync("USER bob");
        Assert.StartsWith("530", await client.SendAsync("PASS hush"), StringComparison.Ordinal);
        await client.SendAsync("USER bob");
        Assert.StartsWith("230", await client.SendAsync("PASS hush hush"), StringComparison.Ordinal);

        Assert.Equal(["PWD", "USER bob", "PASS ***", "USER bob", "PASS ***"], server.Commands);
        Assert.Equal(5, server.CommandsReceived);
    }

    [Fact(Timeout = Limit)]
    public async Task Connections_beyond_the_most_are_told_421()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { MaxConnections = 1 });
        using var first = await RawFtpClient.LogInAsync(server);
        using var second = await RawFtpClient.ConnectAsync(server);

        Assert.StartsWith("421", await second.ReadAsync(), StringComparison.Ordinal);
        Assert.Null(await second.ReadAsync());
        Assert.StartsWith("200", await first.SendAsync("NOOP"), StringComparison.Ordinal);
        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task Latin_1_names_travel_both_ways()
    {
        _folder.Write("ñandú.txt", "bird");
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Latin1Names = true, NoEpsv = true });
        using var client = await RawFtpClient.LogInAsync(server, Encoding.Latin1);

        Assert.Equal("213 4", await client.SendAsync("SIZE ñandú.txt"));
        Assert.DoesNotContain("UTF8", await client.SendAsync("FEAT"), StringComparison.Ordinal);
        Assert.StartsWith("502", await client.SendAsync("EPSV"), StringComparison.Ordinal);
        Assert.StartsWith("227 Entering Passive Mode (127,0,0,1,", await client.SendAsync("PASV"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_transfer_needs_a_passive_port_and_a_login()
    {
        _folder.Write("a.txt", "abc");
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var stranger = await RawFtpClient.ConnectAsync(server);
        await stranger.ReadAsync();
        using var client = await RawFtpClient.LogInAsync(server);

        Assert.StartsWith("530", await stranger.SendAsync("RETR a.txt"), StringComparison.Ordinal);
        Assert.StartsWith("425", await client.SendAsync("RETR a.txt"), StringComparison.Ordinal);
        var port = (await client.SendAsync("PASV")).Split('(', ')')[1].Split(',').Select(int.Parse).ToArray();
        using var data = new TcpClient("127.0.0.1", (port[4] * 256) + port[5]);
        Assert.StartsWith("150", await client.SendAsync("RETR a.txt"), StringComparison.Ordinal);
        Assert.Equal("abc", await new StreamReader(data.GetStream()).ReadToEndAsync());
        Assert.StartsWith("226", await client.ReadAsync(), StringComparison.Ordinal);
    }

    private static async Task StoreAsync(RawFtpClient client, string command, string text)
    {
        using (var data = await client.OpenDataAsync())
        {
            Assert.StartsWith("150", await client.SendAsync(command), StringComparison.Ordinal);
            await data.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));
        }

        Assert.StartsWith("226", await client.ReadAsync(), StringComparison.Ordinal);
    }
}
