using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpSourceTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpSource Open(LoopbackFtpServer server, int retries = 0, string path = "", CollectedLog? log = null, int patience = 15) =>
        new(RemoteLocation.Parse($"{server.Url}{path}"), TransportTestOptions.Create(log, connections: 4, retries, patience: patience));

    private void WriteTree()
    {
        _temp.Write("version.ini", "[version]");
        _temp.Write("bin/app.dll", new string('a', 300_000));
        _temp.Write("bin/with space/ñandú file.txt", "ñ");
        _temp.Write("data/deep/er/x.bin", "x");
        Directory.CreateDirectory(_temp["empty"]);
        Directory.CreateDirectory(_temp["empty too"]);
        foreach (var file in Directory.EnumerateFiles(_temp.Root, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 3, 4, 5, 6, 0, DateTimeKind.Utc));
    }

    public static TheoryData<string> Servers => ["mlsd", "unix", "dos", "pasv", "zone", "latin1"];

    private static FtpServerOptions OptionsOf(string server) => server switch
    {
        "mlsd" => new FtpServerOptions(),
        "unix" => new FtpServerOptions { ListOnly = true },
        "dos" => new FtpServerOptions { ListOnly = true, ListStyle = FtpListStyle.Dos },
        "pasv" => new FtpServerOptions { NoEpsv = true },
        "zone" => new FtpServerOptions { ListOnly = true, ListStyle = FtpListStyle.Dos, TimeZone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(5.75), "x", "x") },
        _ => new FtpServerOptions { ListOnly = true, Latin1Names = true },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Servers))]
    public async Task A_tree_is_listed_and_read_whatever_the_server_speaks(string kind)
    {
        WriteTree();
        await using var server = LoopbackFtpServer.Start(_temp.Root, OptionsOf(kind));
        await using var source = Open(server);
        var entries = await source.ListAllAsync();
        Assert.Equal(
            ["bin", "bin/app.dll", "bin/with space", "bin/with space/ñandú file.txt", "data", "data/deep", "data/deep/er", "data/deep/er/x.bin", "empty", "empty too", "version.ini"],
            entries.Select(entry => entry.Path.Value));
        foreach (var file in entries.Where(entry => entry.Kind == RemoteEntryKind.File))
        {
            var local = file.Path.Under(_temp.Root);
            Assert.Equal(new FileInfo(local).Length, file.Size);
            var apart = (file.Modified!.Value.Utc - new DateTimeOffset(File.GetLastWriteTimeUtc(local))).Duration();
            Assert.True(apart < file.Modified.Value.Precision, $"{file} is {apart} off");
            Assert.Equal(await File.ReadAllBytesAsync(local), await source.ReadAllAsync(file.Path.Value));
            var stat = await source.StatAsync(file.Path, default);
            Assert.Equal(file.Size, stat!.Size);
        }

        Assert.Null(await source.StatAsync(RelativePath.Parse("bin/nothing"), default));
        await Assert.ThrowsAsync<MissingException>(() => source.ReadAllAsync("bin/nothing"));
        await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync(RelativePath.Parse("nothing")));
        Assert.Empty(await source.ListAllAsync(RelativePath.Parse("empty")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_location_with_a_path_is_the_root_of_what_is_seen()
    {
        WriteTree();
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server, path: "bin");
        Assert.Equal(["app.dll", "with space"], (await source.ListAllAsync(enter: _ => false)).Select(entry => entry.Path.Value));
        await using var nowhere = Open(server, path: "nowhere");
        await Assert.ThrowsAsync<MissingException>(() => nowhere.ListAllAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_is_read_from_a_byte_on()
    {
        _temp.Write("file", "0123456789");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server);
        var tail = await source.ReadAllAsync("file", 4);
        Assert.Equal("456789", Encoding.UTF8.GetString(tail));
    }

    [Fact(Timeout = Limit)]
    public async Task A_small_file_costs_a_guest_four_round_trips_from_the_greeting_on()
    {
        _temp.Write("version.ini", "[version]");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server);
        await source.ReadSmallFileAsync(RelativePath.Parse("version.ini"), 65536, message => new SettingsException(message), default);

        // The greeting, USER, PASS and all the rest in one write, the data connection, RETR.
        Assert.Equal(4, server.RoundTrips);
        Assert.Equal(["USER anonymous", "PASS ***", "TYPE I", "OPTS UTF8 ON", "PWD", "EPSV", "RETR /version.ini"], server.Commands);
    }

    [Theory(Timeout = Limit)]
    [InlineData(FtpCut.Connection)]
    [InlineData(FtpCut.Transfer)]
    [InlineData(FtpCut.Unnoticed)]
    public async Task A_cut_is_noticed_however_it_shows(FtpCut cut)
    {
        _temp.Write("file", new string('x', 500_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.CutAfter("file", 100_000, cut: cut);
        await using var source = Open(server);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file"));
        Assert.True(failure.IsTransient);
        Assert.Equal(500_000, (await source.ReadAllAsync("file")).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stall_is_left_after_its_time()
    {
        _temp.Write("file", new string('x', 500_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.Stall("file", 100_000);
        await using var source = Open(server, patience: 1);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file"));
        Assert.Contains("sent nothing more of RETR /file for 1 s, after 100,000 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Equal(500_000, (await source.ReadAllAsync("file")).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_listing_that_is_cut_is_asked_for_again()
    {
        WriteTree();
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.CutAfter("/bin/", 10);
        server.Faults.ServiceNotAvailable("MLSD");
        var log = new CollectedLog();
        await using var source = Open(server, retries: 3, log: log);
        Assert.Equal(11, (await source.ListAllAsync()).Count);
        Assert.Contains("Listing bin at", log.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_zone_is_measured_before_any_folder_tells_a_time()
    {
        var time = DateTime.UtcNow.AddDays(-3);
        foreach (var folder in new[] { "a", "b", "c", "d" })
            File.SetLastWriteTimeUtc(_temp.Write($"{folder}/file", folder), time);
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(5), "x", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ListOnly = true, TimeZone = zone });
        server.Faults.OnCommand = line => line.StartsWith("MDTM", StringComparison.Ordinal) ? FaultAction.Delay(TimeSpan.FromMilliseconds(400)) : null;
        await using var source = Open(server);
        var files = (await source.ListAllAsync()).Where(entry => entry.Kind == RemoteEntryKind.File).ToList();
        Assert.Equal(4, files.Count);
        Assert.All(files, file => Assert.InRange(time - file.Modified!.Value.Utc.UtcDateTime, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        Assert.Single(server.Commands, line => line.StartsWith("MDTM", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_ends_a_listing_and_a_read_at_once()
    {
        WriteTree();
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.Stall("/", 0);
        server.Faults.Stall("bin/app.dll", 1000);
        await using var source = Open(server, retries: 3);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in source.ListAsync(null, _ => true, soon.Token))
            {
            }
        });
        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await using var stream = await source.OpenReadAsync(RelativePath.Parse("bin/app.dll"), 0, null, CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.CopyToAsync(Stream.Null, later.Token));
    }
}
