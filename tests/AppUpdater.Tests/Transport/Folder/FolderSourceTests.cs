using System.Diagnostics;
using System.Text;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport.Folder;

public sealed class FolderSourceTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private IRemoteSource Open(string? path = null) =>
        RemoteSources.Open(RemoteLocation.Parse(path ?? _temp.Root), TransportTestOptions.Create());

    [Fact]
    public async Task Everything_below_is_listed_and_folders_said_no_to_are_not_entered()
    {
        _temp.Write("a.txt", "one");
        _temp.Write("sub/ñ b.txt", "three");
        _temp.Write("cache/x", "x");
        await using var source = Open();
        var entries = await source.ListAllAsync(enter: path => path.Value != "cache");
        Assert.Equal(["a.txt", "cache", "sub", "sub/ñ b.txt"], entries.Select(entry => entry.Path.Value));
        Assert.Equal([RemoteEntryKind.File, RemoteEntryKind.Directory, RemoteEntryKind.Directory, RemoteEntryKind.File], entries.Select(entry => entry.Kind));
        Assert.Equal(3, entries[0].Size);
        Assert.Equal(File.GetLastWriteTimeUtc(_temp["a.txt"]), entries[0].Modified!.Value.Utc.UtcDateTime);
        Assert.Equal(["sub/ñ b.txt"], (await source.ListAllAsync(RelativePath.Parse("sub"))).Select(entry => entry.Path.Value));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_is_removed_while_its_folder_is_listed_is_not_there()
    {
        _temp.Write("stays", "x");
        await using var source = Open();
        using var enough = new CancellationTokenSource();
        var coming = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                for (var i = 0; i < 50; i++)
                    _temp.Write($"comes{i}", "x");
                for (var i = 0; i < 50; i++)
                    File.Delete(_temp[$"comes{i}"]);
            }
        });
        for (var i = 0; i < 300; i++)
            Assert.Contains(await source.ListAllAsync(), entry => entry.Path.Value == "stays");
        await enough.CancelAsync();
        await coming;
    }

    [Fact]
    public async Task Folders_without_end_are_not_followed()
    {
        Directory.CreateDirectory(_temp[string.Join('/', Enumerable.Repeat("d", 66))]);
        await using var source = Open();
        await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
    }

    [Fact]
    public async Task A_rate_holds_for_a_share_too()
    {
        _temp.Write("a", new string('a', 20_000));
        await using var source = RemoteSources.Open(RemoteLocation.Parse(_temp.Root), TransportTestOptions.Create() with { Rate = new ByteRate(20_000, TimeProvider.System) });
        var started = Stopwatch.GetTimestamp();
        await source.ReadAllAsync("a");
        Assert.True(Stopwatch.GetElapsedTime(started) > TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task A_symbolic_link_is_told_as_other_and_never_followed()
    {
        var target = _temp.Write("real/secret.txt", "secret");
        Directory.CreateDirectory(_temp["tree"]);
        File.CreateSymbolicLink(_temp["tree/file"], target);
        Directory.CreateSymbolicLink(_temp["tree/folder"], _temp["real"]);
        await using var source = Open(_temp["tree"]);
        var entries = await source.ListAllAsync();
        Assert.Equal(["file", "folder"], entries.Select(entry => entry.Path.Value));
        Assert.All(entries, entry => Assert.Equal(RemoteEntryKind.Other, entry.Kind));
        await Assert.ThrowsAsync<UntrustedException>(() => source.ReadAllAsync("file"));
    }

    [Fact]
    public async Task A_name_that_breaks_the_path_rules_is_refused_by_name()
    {
        if (OperatingSystem.IsWindows())
            return;
        _temp.Write("CON.txt", "x");
        await using var source = Open();
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
        Assert.Contains("CON.txt", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_temp.Root, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_missing()
    {
        _temp.Write("file", "x");
        await using var source = Open();
        Assert.Null(await source.StatAsync(RelativePath.Parse("nothing"), CancellationToken.None));
        await Assert.ThrowsAsync<MissingException>(() => source.ReadAllAsync("nothing"));
        await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync(RelativePath.Parse("nothing")));
        await using var nowhere = Open(_temp["nowhere"]);
        await Assert.ThrowsAsync<MissingException>(() => nowhere.ListAllAsync());
    }

    [Fact]
    public async Task A_file_is_read_from_an_offset_and_confirmed()
    {
        _temp.Write("file", "0123456789");
        await using var source = Open();
        var tail = await source.ReadAllAsync("file", 3);
        Assert.Equal("3456789", Encoding.UTF8.GetString(tail));
        Assert.Empty(await source.ReadAllAsync("file", 10));
        await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file", 11));
        Assert.Equal(10, (await source.StatAsync(RelativePath.Parse("file"), CancellationToken.None))!.Size);
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_is_not_confirmed()
    {
        _temp.Write("file", "0123456789");
        await using var source = Open();
        await using var stream = await source.OpenReadAsync(RelativePath.Parse("file"), 0, null, CancellationToken.None);
        await File.AppendAllTextAsync(_temp["file"], "more");
        await stream.CopyToAsync(Stream.Null);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => stream.CompleteAsync(CancellationToken.None));
        Assert.Contains("being written to", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_file_is_read_up_to_its_cap_and_not_beyond()
    {
        _temp.Write("version.ini", new string('x', 100));
        await using var source = Open();
        var path = RelativePath.Parse("version.ini");
        static SettingsException TooLarge(string message) => new(message);
        Assert.Equal(100, (await source.ReadSmallFileAsync(path, 100, TooLarge, CancellationToken.None)).Length);
        var failure = await Assert.ThrowsAsync<SettingsException>(() => source.ReadSmallFileAsync(path, 99, TooLarge, CancellationToken.None));
        Assert.Contains("version.ini", failure.Message, StringComparison.Ordinal);
        Assert.Contains("100 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Contains("99 bytes", failure.Message, StringComparison.Ordinal);
    }
}
