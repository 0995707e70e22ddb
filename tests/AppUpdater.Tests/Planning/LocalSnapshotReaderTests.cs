using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using NuGet.Versioning;

namespace AppUpdater.Tests.Planning;

public sealed class LocalSnapshotReaderTests : IDisposable
{
    private static readonly ContentHash Recorded = ContentHash.Of("what was recorded"u8);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_files_that_record_or_release_name_are_seen()
    {
        _folder.Write("owned", "1");
        _folder.Write("lib/wanted", "22");
        _folder.Write("lib/mine", "333");

        var local = await ReadAsync(Record(("owned", 9, DateTimeOffset.UnixEpoch), ("gone", 1, DateTimeOffset.UnixEpoch)), "lib/wanted", "new/one");

        Assert.Equal(["lib/wanted", "owned"], local.Files.Keys.Select(path => path.Value));
        Assert.Equal(ContentHash.Of("22"u8), local.Files[RelativePath.Parse("lib/wanted")].Hash);
        Assert.Equal(["lib"], local.ExistingFolders.Select(path => path.Value));
        Assert.Empty(local.Occupied);
    }

    [Theory]
    [InlineData(5, 0, true)]
    [InlineData(5, 2, true)]
    [InlineData(5, -2, true)]
    [InlineData(5, 3, false)]
    [InlineData(6, 0, false)]
    public async Task The_records_hash_stands_while_size_and_time_do(long size, int secondsOff, bool stands)
    {
        var written = File.GetLastWriteTimeUtc(_folder.Write("owned", "12345"));

        var local = await ReadAsync(Record(("owned", size, new DateTimeOffset(written).AddSeconds(secondsOff))));

        Assert.Equal(stands ? Recorded : ContentHash.Of("12345"u8), Assert.Single(local.Files).Value.Hash);
    }

    [Fact]
    public async Task What_is_no_plain_file_and_what_lies_behind_a_link_is_occupied()
    {
        using var elsewhere = new TempFolder();
        elsewhere.Write("file", "not the install's");
        Directory.CreateDirectory(_folder["folder"]);
        _folder.Write("plain", "a file where a folder is wanted");
        File.CreateSymbolicLink(_folder["link"], elsewhere["file"]);
        Directory.CreateSymbolicLink(_folder["linked"], elsewhere.Root);

        var local = await ReadAsync(null, "folder", "link", "linked/file", "linked/sub/deep", "plain/below");

        Assert.Equal(["link", "linked", "plain"], local.Occupied.Select(path => path.Value));
        Assert.Equal(["folder"], local.FoldersInTheWay.Keys.Select(path => path.Value));
        Assert.Empty(local.Files);
    }

    private Task<LocalSnapshot> ReadAsync(InstalledRecord? record, params string[] wanted) =>
        new LocalSnapshotReader(new InstallLayout(_folder.Root), DurableFiles.ForThisSystem())
            .ReadAsync(new InstalledState(record, record?.Version), [.. wanted.Select(RelativePath.Parse)], [], default);

    private static InstalledRecord Record(params (string Path, long Size, DateTimeOffset Modified)[] files) => new()
    {
        App = "com.example.app",
        Version = NuGetVersion.Parse("1.0"),
        Release = "1.0.0-test",
        Files = files.ToImmutableSortedDictionary(
            file => RelativePath.Parse(file.Path), file => new InstalledFile(file.Size, null, file.Modified, Recorded)),
        Folders = [],
    };
}
