using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>What every source does, whatever the server: telling what is there.</summary>
public abstract partial class SourceConformance
{
    protected static readonly DateTime FileTime = new(2026, 3, 29, 1, 59, 58, DateTimeKind.Utc);

    /// <summary>Names that mean something to a shell, a URL or an FTP server. Windows has no files with some of them.</summary>
    protected static IEnumerable<string> OddNames =>
        new[]
        {
            "Año nuevo/cañón.bmp", "日本/語.txt", " leading.txt", "in  side.txt", "two dots..txt", ".hidden", "#hash.txt", "50%.txt", "%41.txt",
            "a&b.txt", "a+b.txt", "a;type=a.txt", "a=b.txt", "[x].txt", "{y}.txt", "~home.txt", "-rf", "--help", "-la/-l.txt", "it's.txt",
            "a@b!c$d^e(f),g.txt", "[dir] {1}/#1.txt", " dir/ file", "a`b.txt",
        }.Concat(OperatingSystem.IsWindows() ? [] : ["what?.txt", "star*.txt", "*", "<tag>|&amp;.txt", "\"quoted\".txt", "q?x=1/&#64;.txt"]);

    [ConformanceFact]
    public async Task A_file_is_told_with_size_and_time()
    {
        Place.Put("app.dll", ServedPlace.Bytes(12_345));
        File.SetLastWriteTimeUtc(Place["app.dll"], FileTime);
        var found = await Open().StatAsync(RelativePath.Parse("app.dll"), CancellationToken.None);
        Assert.NotNull(found);
        Assert.Equal((RelativePath.Parse("app.dll"), RemoteEntryKind.File, 12_345L), (found.Path, found.Kind, found.Size));
        Assert.InRange(found.Modified!.Value.Precision, TimeSpan.FromTicks(1), Server.TimePrecision);
        AssertClose(FileTime, found.Modified.Value);
    }

    [ConformanceFact]
    public async Task What_is_not_there_or_is_a_folder_is_no_file()
    {
        Place.Put("folder/file", "x");
        var source = Open(connections: 1);
        Assert.Null(await source.StatAsync(RelativePath.Parse("not there"), CancellationToken.None));
        Assert.Null(await source.StatAsync(RelativePath.Parse("no folder/not there"), CancellationToken.None));
        Assert.NotEqual(RemoteEntryKind.File, (await source.StatAsync(RelativePath.Parse("folder"), CancellationToken.None))?.Kind);
    }

    [ConformanceFact]
    public async Task Many_are_told_in_the_order_asked()
    {
        for (var i = 0; i < 60; i += 2)
            Place.Put($"f{i}", new byte[i]);
        var asked = Enumerable.Range(0, 60).Reverse().ToArray();
        var found = await Open().StatAllAsync(Paths(asked.Select(i => $"f{i}")), CancellationToken.None);
        Assert.Equal(asked.Select(i => i % 2 == 0 ? (long?)i : null), found.Select(entry => entry?.Size));
    }

    [ConformanceFact]
    public async Task An_empty_folder_is_told_apart_from_a_missing_one()
    {
        Place.MakeFolders("empty");
        var source = Open();
        Assert.Empty(await source.ListAllAsync(RelativePath.Parse("empty")));
        await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync(RelativePath.Parse("missing")));
        await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync(RelativePath.Parse("empty/missing")));
    }

    [ConformanceFact]
    public async Task A_location_that_is_not_there_is_missing()
    {
        var source = Kept(Server.OpenSource("no such place"));
        await Assert.ThrowsAsync<MissingException>(() => source.ListAllAsync());
        await Assert.ThrowsAsync<MissingException>(() => source.ReadAllAsync("version.ini"));
        Assert.Null(await source.StatAsync(RelativePath.Parse("version.ini"), CancellationToken.None));
    }

    [ConformanceFact]
    public async Task A_deep_tree_is_listed_whole()
    {
        var files = new List<string>();
        for (var (folder, depth) = ("", 0); depth < 8; depth++)
        {
            for (var i = 0; i < 5; i++)
            {
                files.Add($"{folder}f{i}");
                Place.Put(files[^1], new byte[100 * depth + i]);
            }

            folder += $"level {depth}/";
        }

        var listed = await Open().ListAllAsync();
        Assert.Equal(files.Order(StringComparer.Ordinal), Of(listed, RemoteEntryKind.File));
        Assert.Equal(7, listed.Count(entry => entry.Kind == RemoteEntryKind.Directory));
        Assert.All(listed, entry => Assert.True(entry.Kind == RemoteEntryKind.Directory || entry.Size == new FileInfo(Place[entry.Path.Value]).Length));
    }

    [ConformanceFact]
    public async Task A_folder_that_nobody_wants_is_told_but_not_listed()
    {
        Place.Put("wanted/a", "a");
        Place.Put("unwanted/b", "b");
        var listed = await Open().ListAllAsync(enter: folder => folder.Value == "wanted");
        Assert.Equal(["unwanted", "wanted"], Of(listed, RemoteEntryKind.Directory));
        Assert.Equal(["wanted/a"], Of(listed, RemoteEntryKind.File));
    }

    [ConformanceFact]
    public async Task A_folder_of_many_files_is_listed_whole()
    {
        for (var i = 0; i < 2000; i++)
            Place.Put($"file with a longer name, number {i}.dat", []);
        Assert.Equal(2000, (await Open().ListAllAsync()).Count);
    }

    [ConformanceFact]
    public async Task Listed_times_are_as_close_as_they_claim()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var times = new[] { FileTime, FileTime.AddHours(1), now, now.AddDays(-200), new DateTime(2011, 11, 11, 11, 11, 11, DateTimeKind.Utc) };
        for (var i = 0; i < times.Length; i++)
        {
            Place.Put($"f{i}", "x");
            File.SetLastWriteTimeUtc(Place[$"f{i}"], times[i]);
        }

        var listed = await Open().ListAllAsync();
        Assert.Equal(times.Length, listed.Count);
        Assert.All(listed.Zip(times), pair => AssertClose(pair.Second, pair.First.Modified!.Value));
    }

    [ConformanceFact]
    public async Task Odd_names_are_listed_told_and_read()
    {
        foreach (var name in OddNames)
            Place.Put(name, $"this is {name}");
        var source = Open();
        var listed = OddNames.Where(name => Server.ListsDotNames || name[0] != '.');
        Assert.Equal(listed.Order(StringComparer.Ordinal), Of(await source.ListAllAsync(), RemoteEntryKind.File));
        foreach (var name in OddNames)
        {
            Assert.Equal(Place.Read(name).Length, (await source.StatAsync(RelativePath.Parse(name), CancellationToken.None))?.Size);
            Assert.Equal(Place.Read(name), await source.ReadAllAsync(name));
        }
    }

    [ConformanceFact]
    public async Task Odd_names_need_no_listing_first()
    {
        foreach (var name in OddNames)
        {
            Place.Put(name, $"this is {name}");
            Assert.Equal(Place.Read(name), await Open(connections: 1).ReadAllAsync(name));
        }
    }

    [ConformanceFact]
    public async Task A_folder_with_an_odd_name_is_listed_by_itself()
    {
        var source = Open();
        foreach (var name in OddNames.Where(name => name.Contains('/', StringComparison.Ordinal)))
        {
            Place.Put(name, "x");
            var listed = await source.ListAllAsync(RelativePath.Parse(name).Parent);
            Assert.Equal([name], Of(listed, RemoteEntryKind.File));
        }
    }

    internal static string[] Of(IEnumerable<RemoteEntry> listed, RemoteEntryKind kind) =>
        [.. listed.Where(entry => entry.Kind == kind).Select(entry => entry.Path.Value).Order(StringComparer.Ordinal)];

    private static void AssertClose(DateTime expected, RemoteTime found) =>
        Assert.InRange((found.Utc.UtcDateTime - expected).Duration(), TimeSpan.Zero, found.Precision);
}
