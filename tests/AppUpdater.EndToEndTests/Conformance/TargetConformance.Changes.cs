using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>What every target does, whatever the server: changing what is there.</summary>
public abstract partial class TargetConformance
{
    private static readonly DateTimeOffset Stamp = new(2026, 10, 25, 1, 30, 15, TimeSpan.Zero);

    [ConformanceFact]
    public async Task A_file_gets_the_time_it_is_sent_with()
    {
        var content = ServedPlace.Bytes(1000);
        var upload = Upload("app.dll", content, new CutContent(content)) with { Modified = Stamp };
        var before = TimeProvider.System.GetUtcNow().AddMinutes(-1).UtcDateTime;
        await OpenTarget().UploadAsync(upload, CancellationToken.None);
        var found = File.GetLastWriteTimeUtc(Place["app.dll"]);
        if (Server.CanSetTimes)
            Assert.Equal(Stamp.UtcDateTime, found);
        else
            Assert.InRange(found, before, DateTime.MaxValue);
    }

    [ConformanceFact]
    public async Task Times_are_set_where_they_can_be()
    {
        var target = OpenTarget();
        var names = Enumerable.Range(0, 20).Select(i => $"f{i}").ToArray();
        foreach (var name in names)
            await UploadAsync(target, name, [1]);
        var stamps = names.Select((name, i) => new RemoteStamp(RelativePath.Parse(name), Stamp.AddDays(-i))).ToArray();
        var set = await target.SetModifiedAsync(stamps, CancellationToken.None);
        Assert.Equal(names.Select(_ => Server.CanSetTimes), set);
        Assert.All(stamps.Where(_ => Server.CanSetTimes), stamp => Assert.Equal(stamp.Modified.UtcDateTime, File.GetLastWriteTimeUtc(Place[stamp.Path.Value])));
    }

    [ConformanceFact]
    public async Task Files_are_deleted_and_what_was_not_there_is_told()
    {
        foreach (var name in new[] { "a", "c", "folder/d", "kept" })
            Place.Put(name, name);
        var deleted = await OpenTarget().DeleteAsync(Paths("a", "b", "c", "folder/d", "no folder/e"), CancellationToken.None);
        Assert.Equal([true, false, true, true, false], deleted);
        Assert.Equal(["kept"], Place.Files());
    }

    [ConformanceFact]
    public async Task Empty_folders_are_deleted_and_full_ones_are_not()
    {
        Place.MakeFolders("empty/deeper");
        Place.Put("full/file", "x");
        var target = OpenTarget(connections: 1);
        Assert.Equal([true, true, false], await target.DeleteFoldersAsync(Paths("empty/deeper", "empty", "missing"), CancellationToken.None));
        Assert.False(Directory.Exists(Place["empty"]));
        await Assert.ThrowsAsync<UnreachableException>(() => target.DeleteFoldersAsync(Paths("full"), CancellationToken.None));
        Assert.Equal(["full/file"], Place.Files());
        Assert.Equal([true], await target.DeleteAsync(Paths("full/file"), CancellationToken.None));
    }

    [ConformanceFact]
    public async Task Files_are_moved_over_what_has_the_name()
    {
        var (a, b) = (Place.Put("a", "new a"), Place.Put("b.part", "new b"));
        Place.Put("sub/a", "old a");
        Place.Put("b", "old b");
        await OpenTarget().MoveAsync(
            [new(RelativePath.Parse("a"), RelativePath.Parse("sub/a")), new(RelativePath.Parse("b.part"), RelativePath.Parse("b"))], CancellationToken.None);
        Assert.Equal(["b", "sub/a"], Place.Files());
        Assert.Equal(a, Place.Read("sub/a"));
        Assert.Equal(b, Place.Read("b"));
    }

    [ConformanceFact]
    public async Task What_is_not_there_can_not_be_moved()
    {
        var old = Place.Put("b", "old b");
        var target = OpenTarget(connections: 1);
        await Assert.ThrowsAsync<MissingException>(
            () => target.MoveAsync([new(RelativePath.Parse("a"), RelativePath.Parse("b"))], CancellationToken.None));
        Assert.Equal(old, Place.Read("b"));
        Assert.Equal(old, await target.ReadAllAsync("b"));
    }

    [ConformanceFact]
    public async Task Folders_are_made_with_those_above_and_may_be_there()
    {
        Place.MakeFolders("there");
        var target = OpenTarget(connections: 1);
        foreach (var _ in new[] { 1, 2 })
            await target.MakeFoldersAsync(Paths("there", "a/b/c/d", "a/b/other", "Año nuevo/dos"), CancellationToken.None);
        Assert.All(new[] { "there", "a/b/c/d", "a/b/other", "Año nuevo/dos" }, folder => Assert.True(Directory.Exists(Place[folder])));
        await UploadAsync(target, "a/b/c/d/file", [1]);
        Assert.Equal(["a/b/c/d/file"], Place.Files());
    }

    [ConformanceFact]
    public async Task Odd_names_are_put_moved_and_deleted()
    {
        var target = OpenTarget();
        foreach (var name in OddNames)
        {
            var content = System.Text.Encoding.UTF8.GetBytes($"this is {name}");
            await UploadAsync(target, name, content);
            Assert.Equal(content, Place.Read(name));
        }

        Assert.Equal(OddNames.Order(StringComparer.Ordinal), Place.Files());
        var moves = Paths(OddNames).Select(path => new RemoteMove(path, RelativePath.Parse(path.Value + "2"))).ToArray();
        await target.MoveAsync(moves, CancellationToken.None);
        Assert.Equal(moves.Select(move => move.To.Value).Order(StringComparer.Ordinal), Place.Files());
        Assert.DoesNotContain(false, await target.DeleteAsync([.. moves.Select(move => move.To)], CancellationToken.None));
        Assert.Empty(Place.Files());
    }
}
