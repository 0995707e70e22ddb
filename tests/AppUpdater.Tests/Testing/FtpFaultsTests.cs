using System.Text;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Testing;

public sealed class FtpFaultsTests : IAsyncLifetime, IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();
    private LoopbackFtpServer _server = null!;

    public Task InitializeAsync()
    {
        _folder.Write("a.txt", "0123456789");
        _server = LoopbackFtpServer.Start(_folder.Root);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(FtpCut.Connection, null)]
    [InlineData(FtpCut.Transfer, "426")]
    [InlineData(FtpCut.Unnoticed, "226")]
    public async Task A_cut_comes_at_its_byte_and_only_as_often_as_asked(FtpCut cut, string? final)
    {
        _server.Faults.CutAfter("a.txt", 4, times: 1, cut);
        using var client = await RawFtpClient.LogInAsync(_server);
        using var later = await RawFtpClient.LogInAsync(_server);

        var fetched = await client.FetchAsync("RETR a.txt");

        Assert.Equal("0123", Encoding.UTF8.GetString(fetched.Bytes));
        Assert.Equal(final, fetched.Final?[..3]);
        Assert.Equal(10, (await later.FetchAsync("RETR a.txt")).Bytes.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_listing_is_cut_by_its_folder_and_files_are_not()
    {
        _server.Faults.CutAfter("/", 5, times: 1, FtpCut.Transfer);
        using var client = await RawFtpClient.LogInAsync(_server);

        Assert.Equal(10, (await client.FetchAsync("RETR a.txt")).Bytes.Length);
        var listing = await client.FetchAsync("MLSD");
        Assert.Equal(5, listing.Bytes.Length);
        Assert.StartsWith("426", listing.Final, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stalled_transfer_ends_with_abor()
    {
        _server.Faults.Stall(null, 3);
        using var client = await RawFtpClient.LogInAsync(_server);
        using var data = await client.OpenDataAsync();
        Assert.StartsWith("150", await client.SendAsync("RETR a.txt"), StringComparison.Ordinal);
        var buffer = new byte[3];
        await data.GetStream().ReadExactlyAsync(buffer);

        Assert.StartsWith("426", await client.SendAsync("ABOR"), StringComparison.Ordinal);
        Assert.StartsWith("226", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await data.GetStream().ReadAsync(buffer));
        Assert.StartsWith("200", await client.SendAsync("NOOP"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_size_is_told_everywhere_and_the_bytes_stay()
    {
        _server.Faults.WrongSize("a.txt", 99);
        using var client = await RawFtpClient.LogInAsync(_server);

        Assert.Equal("213 99", await client.SendAsync("SIZE a.txt"));
        Assert.Contains("size=99;", await client.ListAsync("MLSD"), StringComparison.Ordinal);
        var fetched = await client.FetchAsync("RETR a.txt");
        Assert.Contains("(99 bytes)", fetched.Opening, StringComparison.Ordinal);
        Assert.Equal(10, fetched.Bytes.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task Logins_are_refused_as_often_as_asked()
    {
        _server.Faults.RefuseLogin(times: 1);
        using var client = await RawFtpClient.ConnectAsync(_server);
        await client.ReadAsync();

        await client.SendAsync("USER anonymous");
        Assert.StartsWith("530", await client.SendAsync("PASS x"), StringComparison.Ordinal);
        await client.SendAsync("USER anonymous");
        Assert.StartsWith("230", await client.SendAsync("PASS x"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Service_not_available_closes_the_connection_at_that_command()
    {
        _server.Faults.ServiceNotAvailable("SIZE");
        using var client = await RawFtpClient.LogInAsync(_server);

        Assert.StartsWith("200", await client.SendAsync("NOOP"), StringComparison.Ordinal);
        Assert.StartsWith("421", await client.SendAsync("SIZE a.txt"), StringComparison.Ordinal);
        Assert.Null(await client.ReadAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_connection_is_turned_away_with_421()
    {
        _server.Faults.ServiceNotAvailable("CONNECT");
        using var refused = await RawFtpClient.ConnectAsync(_server);

        Assert.StartsWith("421", await refused.ReadAsync(), StringComparison.Ordinal);
        using var later = await RawFtpClient.LogInAsync(_server);
        Assert.StartsWith("200", await later.SendAsync("NOOP"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_is_cut_at_its_byte()
    {
        _server.Faults.CutAfter("up.bin", 3, times: 1, FtpCut.Transfer);
        using var client = await RawFtpClient.LogInAsync(_server);
        using var data = await client.OpenDataAsync();
        Assert.StartsWith("150", await client.SendAsync("STOR up.bin"), StringComparison.Ordinal);
        await data.GetStream().WriteAsync("abcdef"u8.ToArray());

        Assert.StartsWith("426", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("abc", await File.ReadAllTextAsync(_folder["up.bin"]));
    }

    [Fact(Timeout = Limit)]
    public async Task The_final_reply_is_late_or_never_comes()
    {
        var late = TimeSpan.FromMilliseconds(300);
        _server.Faults.LateFinalReply(late);
        using var client = await RawFtpClient.LogInAsync(_server);

        var started = TimeProvider.System.GetTimestamp();
        Assert.StartsWith("226", (await client.FetchAsync("RETR a.txt")).Final, StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= late * 0.9);

        _server.Faults.NoFinalReply();
        var unfinished = client.FetchAsync("RETR a.txt");
        await Assert.ThrowsAsync<TimeoutException>(() => unfinished.WaitAsync(late));
    }

    [Fact(Timeout = Limit)]
    public async Task A_hook_answers_delays_ignores_or_closes()
    {
        _server.Faults.OnCommand = line => line switch
        {
            "NOOP" => FaultAction.Answer("999 what?"),
            "SYST" => FaultAction.AnswerFirst("200 too early"),
            "PWD" => FaultAction.Close(),
            _ => null,
        };
        using var client = await RawFtpClient.LogInAsync(_server);

        Assert.Equal("999 what?", await client.SendAsync("NOOP"));
        Assert.Equal("200 too early", await client.SendAsync("SYST"));
        Assert.StartsWith("215", await client.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("(closed)", await client.SendAsync("PWD"));
    }

    [Fact(Timeout = Limit)]
    public async Task Hostile_names_stand_in_every_listing_as_they_are()
    {
        _server.Faults.ExtraListingNames = ["..", "/etc/passwd", "a\nb", "CON"];
        _server.Faults.ExtraListingFolders = [".appupdater"];
        using var client = await RawFtpClient.LogInAsync(_server);

        var facts = await client.ListAsync("MLSD");
        var names = await client.ListAsync("NLST");

        Assert.Contains("; /etc/passwd\r\n", facts, StringComparison.Ordinal);
        Assert.Contains("type=dir;modify=20200102030405;UNIX.mode=0755; .appupdater\r\n", facts, StringComparison.Ordinal);
        Assert.Equal("a.txt\r\n..\r\n/etc/passwd\r\na\nb\r\nCON\r\n.appupdater\r\n", names);
    }

    [Fact(Timeout = Limit)]
    public async Task Before_a_file_is_sent_the_test_may_change_it()
    {
        _server.Faults.BeforeRetrieve = path => File.WriteAllText(_folder[path], "changed");
        _server.Faults.IgnoreRest = true;
        using var client = await RawFtpClient.LogInAsync(_server);

        await client.SendAsync("REST 4");
        Assert.Equal("changed", Encoding.UTF8.GetString((await client.FetchAsync("RETR a.txt")).Bytes));

        _server.Faults.Clear();
        await client.SendAsync("REST 4");
        Assert.Equal("ged", Encoding.UTF8.GetString((await client.FetchAsync("RETR a.txt")).Bytes));
    }
}
