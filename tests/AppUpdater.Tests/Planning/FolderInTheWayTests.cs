using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using NuGet.Versioning;

namespace AppUpdater.Tests.Planning;

/// <summary>Folders where a release has a file: which of them are the app's, and what of the user's is named.</summary>
public sealed class FolderInTheWayTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_of_ours_gives_way_with_the_folders_of_ours_in_it()
    {
        _folder.Write("f/deep/a", "ours");
        Directory.CreateDirectory(_folder["f/logs"]);

        var found = await ReadAsync(Record(["f/deep/a"], "f/logs"));

        Assert.Null(found.Stranger);
        Assert.Equal(["f/logs", "f/deep", "f"], found.Folders.Select(path => path.Value));
    }

    [Fact]
    public async Task An_empty_folder_that_is_not_ours_stays()
    {
        Directory.CreateDirectory(_folder["f"]);
        Assert.Equal("f", (await ReadAsync(Record([]))).Stranger);
        Assert.Equal("f", (await ReadAsync(record: null)).Stranger);
    }

    [Fact]
    public async Task A_folder_that_we_made_empty_gives_way()
    {
        Directory.CreateDirectory(_folder["f"]);
        Assert.Equal(["f"], (await ReadAsync(Record([], "f"))).Folders.Select(path => path.Value));
    }

    [Theory]
    [InlineData("f/his/deep/file", "f/his/deep/file")]
    [InlineData("f/his/", "f/his")]
    public async Task What_is_named_in_a_folder_of_his_is_his_file(string there, string named)
    {
        _folder.Write("f/a", "ours");
        if (there.EndsWith('/'))
            Directory.CreateDirectory(_folder[there]);
        else
            _folder.Write(there, "his");

        Assert.Equal(named, (await ReadAsync(Record(["f/a"]))).Stranger);
    }

    [Fact]
    public async Task What_is_named_in_a_place_that_was_never_ours_is_his_file()
    {
        _folder.Write("f/inner/his", "his");
        Assert.Equal("f/inner/his", (await ReadAsync(Record([]))).Stranger);
    }

    [Fact]
    public async Task A_link_where_a_folder_or_a_file_of_ours_was_is_occupied()
    {
        using var elsewhere = new TempFolder();
        elsewhere.Write("a", "not the install's");
        Directory.CreateSymbolicLink(_folder["ours"], elsewhere.Root);
        Directory.CreateSymbolicLink(_folder["logs"], elsewhere.Root);

        var local = await new LocalSnapshotReader(new InstallLayout(_folder.Root), DurableFiles.ForThisSystem()).ReadAsync(
            new InstalledState(Record(["ours/a"], "logs"), null), [RelativePath.Parse("ours/a")], [RelativePath.Parse("logs")], default);

        Assert.Equal(["logs", "ours"], local.Occupied.Select(path => path.Value));
    }

    private async Task<FolderInTheWay> ReadAsync(InstalledRecord? record)
    {
        var local = await new LocalSnapshotReader(new InstallLayout(_folder.Root), DurableFiles.ForThisSystem())
            .ReadAsync(new InstalledState(record, record?.Version), [RelativePath.Parse("f")], [], default);
        return local.FoldersInTheWay[RelativePath.Parse("f")];
    }

    private static InstalledRecord Record(string[] files, params string[] folders) => new()
    {
        App = "com.example.app",
        Version = NuGetVersion.Parse("1.0"),
        Release = "1.0.0-test",
        Files = files.ToImmutableSortedDictionary(
            RelativePath.Parse, _ => new InstalledFile(4, null, DateTimeOffset.UnixEpoch, ContentHash.Of("ours"u8))),
        Folders = [.. folders.Select(RelativePath.Parse)],
    };
}
