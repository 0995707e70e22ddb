using System.Text.RegularExpressions;
using AppUpdater.Releases;
using AppUpdater.Transport;
using static AppUpdater.Tests.Releases.ReleaseSamples;

namespace AppUpdater.Tests.Releases;

public class PlainReleaseBuilderTests
{
    [Fact]
    public void Files_are_sorted_and_pointers_left_out()
    {
        var release = Build("", Entry("z.dll"), Entry("version.ini"), Entry("version-beta.ini"), Entry("data", kind: RemoteEntryKind.Directory), Entry("data/a b ñ.bin"));
        Assert.Equal(["data/a b ñ.bin", "z.dll"], release.Files.Select(file => file.Path.Value));
        Assert.All(release.Files, file => Assert.Equal(file.RemotePath, file.Path));
    }

    [Fact]
    public void Root_is_stripped_and_the_rest_of_the_server_ignored()
    {
        var release = Build("[files]\nroot = pub/app\n", Entry("pub/app/a.dll"), Entry("pub/other/b.dll"), Entry("pub/app2/c.dll"), Entry("pub/app"));
        var file = Assert.Single(release.Files);
        Assert.Equal(("pub/app/a.dll", "a.dll"), (file.RemotePath.Value, file.Path.Value));
    }

    [Fact]
    public void The_longest_mapping_counts_and_unmapped_files_keep_their_place()
    {
        var release = Build(
            "[files]\nroot = r\nmap = actualizar -> x, actualizar/bitmaps -> bitmaps\n",
            Entry("r/actualizar/bitmaps/deep/a.bmp"), Entry("r/actualizar/bitmaps2/b.bmp"), Entry("r/c.txt"));
        Assert.Equal(["bitmaps/deep/a.bmp", "c.txt", "x/bitmaps2/b.bmp"], release.Files.Select(file => file.Path.Value));
    }

    [Fact]
    public void Excluded_files_are_left_alone_however_odd()
    {
        var release = Build(
            "[files]\nexclude = *.pdb, cache/**, dato.ini, link\n",
            Entry("a.dll"), Entry("a.pdb"), Entry("sub/A.PDB"), Entry("cache/x/y"), Entry("dato.ini"), Entry("link", kind: RemoteEntryKind.Other));
        Assert.Equal(["a.dll"], release.Files.Select(file => file.Path.Value));
    }

    [Fact]
    public void Folders_that_the_server_shows_empty_are_part_of_the_release_and_of_its_name()
    {
        const string Rules = "[files]\nroot = r\nexclude = symbols, cache/**\nmap = from -> to\n";
        RemoteEntry[] entries =
        [
            Folder("r"), Folder("r/logs"), Folder("r/logs/deep"), Folder("r/full"), Entry("r/full/file"), Folder("r/symbols"), Folder("r/cache"),
            Folder("r/from"), Folder("r/only"), Entry("r/only/symbols"), Folder("elsewhere"), Entry("r/app"),
        ];
        var release = Build(Rules, entries);
        Assert.Equal(["logs/deep", "to"], release.EmptyFolders.Select(folder => folder.Path.Value));
        Assert.NotEqual(release.Id, Build(Rules, [.. entries, Folder("r/more")]).Id);
        Assert.Equal(Build(Rules, Entry("r/app")).Id, Build(Rules, Entry("r/app"), Folder("r")).Id);
    }

    [Theory]
    [InlineData("LOGS", "as a file and as a folder")]
    [InlineData("Logs/file", "differ by case")]
    public void A_folder_collides_as_a_file_does(string other, string how) => Assert.Contains(
        how, Assert.Throws<UntrustedException>(() => Build("", Folder("logs"), Entry(other))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_in_the_place_of_a_reserved_name_is_refused_and_the_folder_of_one_is_not()
    {
        var builder = new PlainReleaseBuilder(Version(), Paths("keys/publisher.pub"));
        Assert.Equal("keys", Assert.Single(builder.Build([Folder("keys")]).EmptyFolders).Path.Value);
        Assert.Throws<UntrustedException>(() => builder.Build([Folder("keys"), Folder("keys/publisher.pub")]));
    }

    [Theory]
    [InlineData("", "data", true)]
    [InlineData("exclude = cache/**\n", "cache", false)]
    [InlineData("exclude = cache/**\n", "cache/sub", false)]
    [InlineData("exclude = logs\n", "deep/logs", false)]
    [InlineData("exclude = cache/*.tmp\n", "cache", true)]
    [InlineData("root = pub/app\n", "pub", true)]
    [InlineData("root = pub/app\n", "pub/app", true)]
    [InlineData("root = pub/app\n", "pub/app/data", true)]
    [InlineData("root = pub/app\n", "pub/other", false)]
    [InlineData("root = pub/app\nexclude = cache/**\n", "pub/app/cache", false)]
    public void Only_folders_that_matter_are_entered(string files, string folder, bool enters) =>
        Assert.Equal(enters, new PlainReleaseBuilder(Version(more: "[files]\n" + files), []).Enters(RelativePath.Parse(folder)));

    [Theory]
    [InlineData("dato.ini")]
    [InlineData("DATO.INI")]
    [InlineData("dato.ini/x")]
    [InlineData("keys/publisher.pub")]
    [InlineData("Keys")]
    public void A_reserved_name_is_refused(string path)
    {
        var failure = Assert.Throws<UntrustedException>(
            () => new PlainReleaseBuilder(Version(), Paths("dato.ini", "keys/publisher.pub")).Build([Entry("a.dll"), Entry(path)]));
        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("add it to exclude", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[files]\nroot = r\n", "r/version.ini")]
    [InlineData("[files]\nmap = m -> k\n", "m/dato.ini")]
    public void A_name_becomes_reserved_by_root_or_map_too(string files, string path) =>
        Assert.Throws<UntrustedException>(() => new PlainReleaseBuilder(Version(more: files), Paths("k/dato.ini")).Build([Entry(path)]));

    [Fact]
    public void What_is_no_file_is_refused_by_name() =>
        Assert.StartsWith(
            "lib/link on the server", Refused("", Entry("lib/link", kind: RemoteEntryKind.Other)), StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData(-1L)]
    public void A_file_without_a_size_is_refused_by_name(long? size) =>
        Assert.Contains("no size for a.dll", Refused("", Entry("a.dll", size)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Readme.txt", "README.txt")]
    [InlineData("a\u0301.txt", "\u00e1.txt")]
    [InlineData("data", "data/x")]
    [InlineData("Data", "data/x")]
    [InlineData("Data/x", "data/y")]
    [InlineData("a/b/c", "a/B/d")]
    public void Names_that_some_disk_takes_for_one_are_refused_and_both_named(string one, string other)
    {
        var message = Refused("", Entry(one), Entry("between.txt"), Entry(other));
        Assert.Contains(one, message, StringComparison.Ordinal);
        Assert.Contains(other, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_mapped_to_one_place_are_refused() =>
        Assert.Contains("bitmaps/a.bmp", Refused("[files]\nmap = new -> bitmaps\n", Entry("new/a.bmp"), Entry("bitmaps/a.bmp")), StringComparison.Ordinal);

    [Fact]
    public void The_id_bears_version_and_hash_and_follows_sizes_and_names_not_times()
    {
        var release = Build("", Entry("a"), Entry("b"));
        Assert.Matches(new Regex("^1\\.1\\.0-[0-9a-f]{16}$"), release.Id);
        Assert.Equal(release.Id, Build("", Entry("b") with { Modified = null }, Entry("a")).Id);
        Assert.NotEqual(release.Id, Build("", Entry("a"), Entry("b", 11)).Id);
        Assert.NotEqual(release.Id, Build("", Entry("a"), Entry("c")).Id);
    }

    [Theory]
    [InlineData("rollout = 100\n")]
    [InlineData("notes = mended\n")]
    [InlineData("published = 2026-11-21T12:00:00Z\n")]
    [InlineData("expires = 2030-01-01T00:00:00Z\n")]
    [InlineData("sequence = 2\n")]
    [InlineData("minimum = 1.0\n")]
    [InlineData("[files]\nexclude = *.pdb\n")]
    public void The_id_stays_where_only_what_is_said_of_the_release_changes(string more) =>
        Assert.Equal(Build("rollout = 10\n", Entry("a"), Entry("b")).Id, Build(more, Entry("a"), Entry("b")).Id);

    [Theory]
    [InlineData("[files]\nexclude = b\n")]
    [InlineData("[files]\nmap = d -> e\n")]
    public void The_id_follows_what_changes_the_files(string more) =>
        Assert.NotEqual(Build("", Entry("a"), Entry("b"), Entry("d/c")).Id, Build(more, Entry("a"), Entry("b"), Entry("d/c")).Id);

    [Fact]
    public void An_empty_listing_is_an_empty_release() => Assert.Empty(Build("").Files);

    [Fact(Timeout = 30_000)]
    public async Task A_hundred_thousand_files_are_taken_in_seconds() => await Task.Run(() =>
    {
        var entries = Enumerable.Range(0, 100_000).Select(i => Entry($"dir{i % 500}/sub/file{i}.dll"));
        Assert.Equal(100_000, new PlainReleaseBuilder(Version(more: "[files]\nexclude = *.pdb, cache/**\n"), Paths("dato.ini")).Build([.. entries]).Files.Length);
    });

    private static RemoteEntry Folder(string path) => Entry(path, kind: RemoteEntryKind.Directory);

    private static Release Build(string more, params RemoteEntry[] entries) => new PlainReleaseBuilder(Version(more: more), []).Build(entries);

    private static string Refused(string more, params RemoteEntry[] entries) =>
        Assert.Throws<UntrustedException>(() => Build(more, entries)).Message;
}
