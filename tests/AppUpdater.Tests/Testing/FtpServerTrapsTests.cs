using System.Text;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Testing;

/// <summary>The ways of real servers that a client is to be tried against.</summary>
public sealed class FtpServerTrapsTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task An_asynchronous_server_answers_before_the_transfer_ends()
    {
        _folder.Write("a.txt", "abc");
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { AsyncReplies = true });
        using var client = await RawFtpClient.LogInAsync(server);
        using var data = await client.OpenDataAsync();

        await client.WriteAsync("RETR a.txt\r\nEPSV\r\nNOOP");

        foreach (var code in new[] { "150", "229", "200", "226" })
            Assert.StartsWith(code, await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_folder_may_look_empty()
    {
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { EmptyForMissing = true, ListOnly = true });
        await using var honest = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);
        using var other = await RawFtpClient.LogInAsync(honest);

        var listing = await client.FetchAsync("LIST none");
        Assert.Equal("150", listing.Opening[..3]);
        Assert.Empty(listing.Bytes);
        Assert.StartsWith("226", listing.Final, StringComparison.Ordinal);
        Assert.Equal("213-Status follows:\n213 End of status.", await client.SendAsync("STAT none"));
        Assert.StartsWith("550", (await other.FetchAsync("LIST none")).Opening, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_folder_may_be_refused()
    {
        _folder.Write("full/a.txt", "abc");
        Directory.CreateDirectory(_folder["empty"]);
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { EmptyIs450 = true });
        using var client = await RawFtpClient.LogInAsync(server);

        Assert.StartsWith("450", (await client.FetchAsync("LIST empty")).Opening, StringComparison.Ordinal);
        Assert.Equal("a.txt\r\n", await client.ListAsync("NLST full"));
    }

    [Fact(Timeout = Limit)]
    public async Task REST_before_STOR_writes_over_what_is_there_and_APPE_adds_to_it()
    {
        _folder.Write("a.txt", "0123456789");
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);

        await client.SendAsync("REST 2");
        await StoreAsync(client, "STOR a.txt", "xy");
        Assert.Equal("01xy456789", await File.ReadAllTextAsync(_folder["a.txt"]));
        await StoreAsync(client, "APPE a.txt", "!");
        Assert.Equal("01xy456789!", await File.ReadAllTextAsync(_folder["a.txt"]));
        await StoreAsync(client, "STOR a.txt", "new");
        Assert.Equal("new", await File.ReadAllTextAsync(_folder["a.txt"]));
    }

    [Fact(Timeout = Limit)]
    public async Task What_can_not_be_written_is_refused_as_real_servers_do()
    {
        Directory.CreateDirectory(_folder["folder"]);
        _folder.Write("folder/a.txt", "a");
        await using var server = LoopbackFtpServer.Start(_folder.Root);
        using var client = await RawFtpClient.LogInAsync(server);

        foreach (var command in new[] { "STOR folder", "STOR none/a.txt", "APPE folder" })
            Assert.StartsWith("553", (await client.FetchAsync(command)).Opening, StringComparison.Ordinal);
        foreach (var command in new[] { "MKD folder", "MKD none/below", "RMD folder", "DELE none.txt", "DELE folder", "RNFR none.txt", "MFMT 20260101000000 none.txt" })
            Assert.StartsWith("550", await client.SendAsync(command), StringComparison.Ordinal);
        Assert.StartsWith("503", await client.SendAsync("RNTO b.txt"), StringComparison.Ordinal);
        Assert.StartsWith("501", await client.SendAsync("MFMT yesterday folder/a.txt"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_rate_holds_for_all_transfers_together()
    {
        _folder.Write("a.bin", new string('a', 60_000));
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { Rate = 100_000 });
        using var one = await RawFtpClient.LogInAsync(server);
        using var two = await RawFtpClient.LogInAsync(server);
        var started = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(one.FetchAsync("RETR a.bin"), two.FetchAsync("RETR a.bin"));

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1.1, 5);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_file_is_cut_where_the_server_is_told_so_and_listings_are_not()
    {
        _folder.Write("a.txt", "0123456789");
        await using var server = LoopbackFtpServer.Start(_folder.Root, new FtpServerOptions { CutAfter = 4 });
        for (var i = 0; i < 2; i++)
        {
            using var client = await RawFtpClient.LogInAsync(server);
            Assert.Contains("a.txt", await client.ListAsync("NLST"), StringComparison.Ordinal);
            var fetched = await client.FetchAsync("RETR a.txt");
            Assert.Equal("0123", Encoding.UTF8.GetString(fetched.Bytes));
            Assert.Null(fetched.Final);
        }
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
