using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Commands that need no data connection, many at once.</summary>
public sealed class FtpTargetTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpTarget Open(LoopbackFtpServer server, int retries = 0) =>
        new(RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create(retries: retries));

    private static RelativePath[] Paths(int count, string prefix = "f") => [.. Enumerable.Range(0, count).Select(i => RelativePath.Parse($"{prefix}{i}"))];

    private async Task<LoopbackFtpServer> StartAsync(int files, FtpServerOptions? options = null)
    {
        for (var i = 0; i < files; i++)
            await File.WriteAllTextAsync(_temp[$"f{i}"], new string('x', i));
        return LoopbackFtpServer.Start(_temp.Root, options);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_hundred_files_are_removed_in_four_round_trips()
    {
        await using var server = await StartAsync(200);
        await using var target = Open(server);
        await target.StatAsync(RelativePath.Parse("f0"), default);
        var before = server.RoundTrips;
        Assert.All(await target.DeleteAsync(Paths(200), default), Assert.True);
        Assert.Equal(4, server.RoundTrips - before);
        Assert.Empty(Directory.GetFiles(_temp.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_not_there_is_told_in_the_order_asked()
    {
        await using var server = await StartAsync(3);
        await using var target = Open(server);
        RelativePath[] asked = [RelativePath.Parse("f0"), RelativePath.Parse("none"), RelativePath.Parse("f2"), RelativePath.Parse("nor this")];
        Assert.Equal([true, false, true, false], await target.DeleteAsync(asked, default));
        Assert.Equal(["f1"], Directory.GetFiles(_temp.Root).Select(Path.GetFileName));
        Assert.Empty(await target.DeleteAsync([], default));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_may_not_be_removed_is_told_from_one_that_is_not_there(bool listOnly)
    {
        await using var server = await StartAsync(3, new FtpServerOptions { ListOnly = listOnly });
        server.Faults.OnCommand = line => line == "DELE /f1" ? FaultAction.Answer("550 Permission denied.") : null;
        await using var target = Open(server, retries: 3);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.DeleteAsync([RelativePath.Parse("none"), RelativePath.Parse("f1")], default));
        Assert.Contains("DELE /f1", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Fact(Timeout = Limit)]
    public async Task A_batch_that_broke_goes_on_and_tells_what_it_removed()
    {
        await using var server = await StartAsync(150);
        var lost = 0;
        server.Faults.OnCommand = line =>
        {
            if (line != "DELE /f100" || Interlocked.Exchange(ref lost, 1) != 0)
                return null;
            File.Delete(_temp["f100"]);
            return FaultAction.Close();
        };
        await using var target = Open(server, retries: 2);
        Assert.All(await target.DeleteAsync(Paths(150), default), Assert.True);
        Assert.Equal(2, server.Connections);

        // The 64 that were answered are not asked again.
        Assert.Equal(1, server.Commands.Count(line => line == "DELE /f63"));
        Assert.Equal(2, server.Commands.Count(line => line == "DELE /f64"));
    }

    [Fact(Timeout = Limit)]
    public async Task Folders_are_made_with_those_above_and_removed_when_empty()
    {
        await using var server = await StartAsync(0);
        await using var target = Open(server);
        Directory.CreateDirectory(_temp["a"]);
        await target.MakeFoldersAsync([RelativePath.Parse("a/b/c"), RelativePath.Parse("a"), RelativePath.Parse("d")], default);
        Assert.True(Directory.Exists(_temp["a/b/c"]) && Directory.Exists(_temp["d"]));
        Assert.Equal(["MKD /a", "MKD /a/b", "MKD /a/b/c", "MKD /d", "CWD /a", "CWD /"], server.Commands.TakeLast(6));
        _temp.Write("a/b/file", "x");
        Assert.Equal([true, false], await target.DeleteFoldersAsync([RelativePath.Parse("d"), RelativePath.Parse("none")], default));
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.DeleteFoldersAsync([RelativePath.Parse("a/b")], default));
        Assert.Contains("RMD /a/b", failure.Message, StringComparison.Ordinal);
        await target.MakeFoldersAsync([RelativePath.Parse("d")], default);
        Assert.True(Directory.Exists(_temp["d"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Files_are_renamed_in_few_round_trips_over_what_is_there()
    {
        await using var server = await StartAsync(100);
        _temp.Write("g5", "old");
        await using var target = Open(server);
        await target.StatAsync(RelativePath.Parse("f0"), default);
        var before = server.RoundTrips;
        await target.MoveAsync([.. Paths(100).Zip(Paths(100, "g"), (from, to) => new RemoteMove(from, to))], default);
        Assert.Equal(4, server.RoundTrips - before);
        Assert.Equal(100, Directory.GetFiles(_temp.Root, "g*").Length);
        Assert.Equal("xxxxx", await File.ReadAllTextAsync(_temp["g5"]));
        await Assert.ThrowsAsync<MissingException>(() => target.MoveAsync([new RemoteMove(RelativePath.Parse("none"), RelativePath.Parse("x"))], default));
    }

    [Fact(Timeout = Limit)]
    public async Task A_rename_in_a_batch_makes_room_where_the_server_wants_that()
    {
        await using var server = await StartAsync(3);
        _temp.Write("g1", "old");
        server.Faults.OnCommand = line => line == "RNTO /g1" && File.Exists(_temp["g1"]) ? FaultAction.Answer("550 exists") : null;
        await using var target = Open(server);
        await target.MoveAsync([.. Paths(3).Zip(Paths(3, "g"), (from, to) => new RemoteMove(from, to))], default);
        Assert.Equal(["", "x", "xx"], Directory.GetFiles(_temp.Root).Order().Select(File.ReadAllText));
    }

    [Fact(Timeout = Limit)]
    public async Task A_rename_that_a_broken_connection_left_undone_is_not_taken_for_done()
    {
        await using var server = await StartAsync(2);
        _temp.Write("g1", "old");
        var lost = 0;
        server.Faults.OnCommand = line => line switch
        {
            "RNFR /f0" when Interlocked.Exchange(ref lost, 1) == 0 => FaultAction.Close(),
            "RNTO /g1" when File.Exists(_temp["g1"]) => FaultAction.Answer("550 exists"),
            _ => null,
        };
        await using var target = Open(server, retries: 1);
        await target.MoveAsync([.. Paths(2).Zip(Paths(2, "g"), (from, to) => new RemoteMove(from, to))], default);
        Assert.Equal("x", await File.ReadAllTextAsync(_temp["g1"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_rename_that_made_room_before_its_connection_broke_is_not_missing()
    {
        await using var server = await StartAsync(2);
        _temp.Write("g1", "old");
        var lost = 0;
        server.Faults.OnCommand = line =>
        {
            if (line != "RNTO /g1" || Volatile.Read(ref lost) == 1)
                return null;
            if (File.Exists(_temp["g1"]))
                return FaultAction.Answer("550 exists");
            Volatile.Write(ref lost, 1);
            File.Move(_temp["f1"], _temp["g1"]);
            return FaultAction.Close();
        };
        await using var target = Open(server, retries: 1);
        await target.MoveAsync([.. Paths(2).Zip(Paths(2, "g"), (from, to) => new RemoteMove(from, to))], default);
        Assert.Equal("x", await File.ReadAllTextAsync(_temp["g1"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_rename_carried_out_by_a_connection_that_broke_is_not_missing()
    {
        await using var server = await StartAsync(3);
        var lost = 0;
        server.Faults.OnCommand = line =>
        {
            if (line != "RNTO /g1" || Interlocked.Exchange(ref lost, 1) != 0)
                return null;
            File.Move(_temp["f1"], _temp["g1"]);
            return FaultAction.Close();
        };
        await using var target = Open(server, retries: 1);
        await target.MoveAsync([.. Paths(3).Zip(Paths(3, "g"), (from, to) => new RemoteMove(from, to))], default);
        Assert.Equal(3, Directory.GetFiles(_temp.Root, "g*").Length);
    }

    [Fact(Timeout = Limit)]
    public async Task Times_are_set_to_the_second_where_the_file_is()
    {
        await using var server = await StartAsync(2);
        await using var target = Open(server);
        var time = new DateTimeOffset(2025, 12, 31, 23, 59, 58, TimeSpan.Zero);
        RemoteStamp[] stamps = [new(RelativePath.Parse("f0"), time), new(RelativePath.Parse("none"), time), new(RelativePath.Parse("f1"), time.AddMilliseconds(500))];
        Assert.Equal([true, false, true], await target.SetModifiedAsync(stamps, default));
        Assert.All(Directory.GetFiles(_temp.Root), file => Assert.Equal(time.UtcDateTime, File.GetLastWriteTimeUtc(file)));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, 7)]
    [InlineData(false, 4)]
    public async Task Two_hundred_files_are_looked_at_in_few_round_trips(bool listOnly, int roundTrips)
    {
        await using var server = await StartAsync(200, new FtpServerOptions { ListOnly = listOnly });
        await using var target = Open(server);
        await target.StatAsync(RelativePath.Parse("f0"), default);
        var before = server.RoundTrips;
        var found = await target.StatAllAsync([.. Paths(199), RelativePath.Parse("none")], default);
        Assert.Equal(roundTrips, server.RoundTrips - before);
        Assert.Null(found[199]);
        Assert.Equal(Enumerable.Range(0, 199).Select(i => (long?)i), found.Take(199).Select(entry => entry!.Size));
    }

    [Fact]
    public void A_target_is_opened_for_FTP_and_folders_and_nothing_else()
    {
        Assert.IsType<FtpTarget>(RemoteSources.OpenTarget(RemoteLocation.Parse("ftp://h/p"), TransportTestOptions.Create()));
        Assert.Throws<SettingsException>(() => RemoteSources.OpenTarget(RemoteLocation.Parse("https://h/p"), TransportTestOptions.Create()));
    }
}
