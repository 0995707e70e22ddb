using System.IO.Abstractions;
using System.Reflection;
using AppUpdater.Transport;
using AppUpdater.Transport.Folder;

namespace AppUpdater.Tests.Transport.Folder;

public sealed class FolderTargetTests : IDisposable
{
    private const string Temporary = ".file.k1.uploading";

    private static readonly DateTimeOffset SomeTime = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private IRemoteTarget Open() => RemoteSources.OpenTarget(RemoteLocation.Parse(_temp.Root), TransportTestOptions.Create());

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(7).NextBytes(content);
        return content;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task A_file_is_put_there_with_its_time_and_folders_over_what_is_there(int length)
    {
        _temp.Write("a/b/file", "old");
        await using var target = Open();
        foreach (var path in new[] { "a/b/file", "new/folder/file" })
        {
            var progress = new CollectedProgress();
            await target.UploadAsync(TransportTestOptions.Upload(path, Content(length), modified: SomeTime, progress: progress), default);
            Assert.Equal(Content(length), await File.ReadAllBytesAsync(_temp[path]));
            Assert.Equal(SomeTime.UtcDateTime, File.GetLastWriteTimeUtc(_temp[path]));
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_temp[path])!));
            Assert.Equal(length, progress.Sum);
        }
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(999, 999)]
    [InlineData(1001, 0)]
    public async Task What_an_earlier_run_left_is_built_upon_up_to_the_length_and_not_beyond(int there, int kept)
    {
        await File.WriteAllBytesAsync(_temp[Temporary], [.. Content(1000).Take(there), .. new byte[Math.Max(0, there - 1000)]]);
        await using var target = Open();
        var progress = new CollectedProgress();
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(1000), progress: progress), default);
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Equal(1000 - kept, progress.Sum);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task Content_that_is_not_as_long_as_it_was_said_to_be_never_gets_its_name(int length)
    {
        await using var target = Open();
        var upload = TransportTestOptions.Upload("file", Content(length)) with { Length = 10 };
        await Assert.ThrowsAsync<InstallException>(() => target.UploadAsync(upload, default));
        Assert.False(File.Exists(_temp["file"]));
    }

    [Fact]
    public async Task Links_are_neither_written_through_nor_read_through()
    {
        var secret = _temp.Write("real/secret", "secret");
        Directory.CreateDirectory(_temp["tree"]);
        Directory.CreateSymbolicLink(_temp["tree/folder"], _temp["real"]);
        File.CreateSymbolicLink(_temp[$"tree/{Temporary}"], secret);
        await using var target = RemoteSources.OpenTarget(RemoteLocation.Parse(_temp["tree"]), TransportTestOptions.Create());
        await Assert.ThrowsAsync<UntrustedException>(() => target.UploadAsync(TransportTestOptions.Upload("folder/file", Content(1)), default));
        await Assert.ThrowsAsync<UntrustedException>(() => target.UploadAsync(TransportTestOptions.Upload("file", Content(1)), default));
        await Assert.ThrowsAsync<UntrustedException>(() => target.DeleteAsync([RelativePath.Parse("folder/secret")], default));
        await Assert.ThrowsAsync<UntrustedException>(() => target.ReadAllAsync("folder/secret"));
        Assert.Equal("secret", await File.ReadAllTextAsync(secret));
        Assert.Equal(["secret"], Directory.GetFiles(_temp["real"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_file_takes_the_place_of_a_link_and_not_of_what_it_leads_to()
    {
        var secret = _temp.Write("real/secret", "secret");
        Directory.CreateDirectory(_temp["tree"]);
        File.CreateSymbolicLink(_temp["tree/file"], secret);
        await using var target = RemoteSources.OpenTarget(RemoteLocation.Parse(_temp["tree"]), TransportTestOptions.Create());
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(5)), default);
        Assert.Null(new FileInfo(_temp["tree/file"]).LinkTarget);
        Assert.Equal(Content(5), await File.ReadAllBytesAsync(_temp["tree/file"]));
        Assert.Equal("secret", await File.ReadAllTextAsync(secret));
    }

    [Fact]
    public async Task Files_and_folders_are_removed_and_what_was_not_there_is_told()
    {
        _temp.Write("a/one", "1");
        _temp.Write("two", "2");
        await using var target = Open();
        static RelativePath[] Paths(params string[] paths) => Array.ConvertAll(paths, RelativePath.Parse);
        Assert.Equal([true, false, true], await target.DeleteAsync(Paths("a/one", "none/x", "two"), default));
        Assert.Equal([true, false], await target.DeleteFoldersAsync(Paths("a", "b"), default));
        _temp.Write("full/file", "x");
        await Assert.ThrowsAsync<UnreachableException>(() => target.DeleteFoldersAsync(Paths("full"), default));
        await target.MakeFoldersAsync(Paths("x/y/z", "full"), default);
        Assert.True(Directory.Exists(_temp["x/y/z"]));
    }

    [Fact]
    public async Task Files_are_renamed_over_what_is_there_and_dated()
    {
        _temp.Write("one", "1");
        _temp.Write("two", "2");
        await using var target = Open();
        await target.MoveAsync([new RemoteMove(RelativePath.Parse("one"), RelativePath.Parse("two"))], default);
        Assert.Equal("1", await File.ReadAllTextAsync(_temp["two"]));
        await Assert.ThrowsAsync<MissingException>(() => target.MoveAsync([new RemoteMove(RelativePath.Parse("one"), RelativePath.Parse("two"))], default));
        RemoteStamp[] stamps = [new(RelativePath.Parse("two"), SomeTime), new(RelativePath.Parse("one"), SomeTime)];
        Assert.Equal([true, false], await target.SetModifiedAsync(stamps, default));
        Assert.Equal(SomeTime.UtcDateTime, File.GetLastWriteTimeUtc(_temp["two"]));
    }

    [Fact]
    public async Task A_range_is_read_and_a_file_shorter_than_it_is_told()
    {
        _temp.Write("file", "0123456789");
        await using var target = Open();
        Assert.Equal("345"u8.ToArray(), await target.ReadAllAsync("file", 3, 3));
        Assert.Equal("789"u8.ToArray(), await target.ReadAllAsync("file", 7, 3));
        Assert.Empty(await target.ReadAllAsync("file", 3, 0));
        await Assert.ThrowsAsync<UnreachableException>(() => target.ReadAllAsync("file", 8, 3));
    }

    [Fact]
    public async Task A_share_that_stumbles_is_asked_again()
    {
        _temp.Write("file", "x");
        var options = TransportTestOptions.Create(retries: 2);
        var location = RemoteLocation.Parse(_temp.Root);
        await using var listing = new FolderSource(location, StumblingFiles.Create(), options);
        Assert.Single(await listing.ListAllAsync());
        await using var asking = new FolderSource(location, StumblingFiles.Create(), options);
        Assert.Equal(1, (await asking.StatAsync(RelativePath.Parse("file"), default))!.Size);
        await using var never = new FolderSource(location, StumblingFiles.Create(), TransportTestOptions.Create());
        await Assert.ThrowsAsync<UnreachableException>(() => never.StatAsync(RelativePath.Parse("file"), default));
    }

    /// <summary>The file system, which fails the first time it is asked.</summary>
    public class StumblingFiles : DispatchProxy
    {
        private readonly FileSystem _files = new();
        private int _asked;

        internal static IFileSystem Create() => Create<IFileSystem, StumblingFiles>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Interlocked.Increment(ref _asked) == 1
            ? throw new IOException("The network name is no longer available.")
            : targetMethod!.Invoke(_files, args);
    }
}
