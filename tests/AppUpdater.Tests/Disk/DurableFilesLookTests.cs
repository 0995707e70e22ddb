using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Disk;

/// <summary>What lies there, what is read, and what is created.</summary>
public sealed class DurableFilesLookTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Stat_tells_nothing_of_what_is_not_there()
    {
        var file = _temp.Write("a", "1");

        Assert.Null(_files.Stat(_temp["b"]));
        Assert.Null(_files.Stat(Path.Join(file, "below")));
    }

    [Fact]
    public void Stat_tells_kind_length_time_and_mode()
    {
        var file = _temp.Write("name with ñ", "12345");
        var time = new DateTimeOffset(2001, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
        _files.SetFacts(file, OperatingSystem.IsWindows() ? null : (UnixFileMode)0b110_100_000, time);

        var facts = _files.Stat(file)!;

        Assert.Equal((FileKind.File, 5L, time), (facts.Kind, facts.Length, facts.Modified));
        Assert.Equal(OperatingSystem.IsWindows() ? null : (UnixFileMode)0b110_100_000, facts.Mode);
        Assert.Equal(FileKind.Directory, _files.Stat(_temp.Root)!.Kind);
    }

    [Fact]
    public void Stat_tells_a_link_and_not_what_it_leads_to()
    {
        var file = _temp.Write("target", "1");
        File.CreateSymbolicLink(_temp["link"], file);
        File.CreateSymbolicLink(_temp["dangling"], _temp["nowhere"]);
        Directory.CreateSymbolicLink(_temp["folder-link"], _temp.Root);

        Assert.Equal(FileKind.Link, _files.Stat(_temp["link"])!.Kind);
        Assert.Equal(FileKind.Link, _files.Stat(_temp["dangling"])!.Kind);
        Assert.Equal(FileKind.Link, _files.Stat(_temp["folder-link"])!.Kind);
    }

    [Fact]
    public void Stat_tells_a_device_from_a_file()
    {
        if (OperatingSystem.IsLinux())
            Assert.Equal(FileKind.Other, _files.Stat("/dev/null")!.Kind);
    }

    [Fact]
    public void A_listing_holds_full_paths_of_hidden_entries_too()
    {
        _temp.Write(".hidden", "");
        _temp.Write("folder/below", "");

        Assert.Equal([_temp[".hidden"], _temp["folder"]], _files.List(_temp.Root).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Creation_is_exclusive()
    {
        var path = _temp["new"];
        using (var stream = _files.CreateNew(path, mode: null))
            stream.Write("first"u8);

        Assert.Throws<IOException>(() => _files.CreateNew(path, mode: null));
        Assert.Equal("first", File.ReadAllText(path));
    }

    [Fact]
    public void Creation_refuses_a_link_even_one_that_leads_nowhere()
    {
        File.CreateSymbolicLink(_temp["link"], _temp["victim"]);

        Assert.Throws<IOException>(() => _files.CreateNew(_temp["link"], mode: null));
        Assert.False(File.Exists(_temp["victim"]));
    }

    [Fact]
    public void A_mode_given_at_creation_is_not_cut_by_umask_and_loses_set_user_id()
    {
        if (OperatingSystem.IsWindows())
            return;
        using (_files.CreateNew(_temp["new"], (UnixFileMode)0b111_111_111 | UnixFileMode.SetUser))
        {
        }

        Assert.Equal((UnixFileMode)0b111_111_111, _files.Stat(_temp["new"])!.Mode);
    }

    [Fact]
    public void Reading_and_flushing_do_not_follow_a_link()
    {
        var file = _temp.Write("a", "1");
        File.CreateSymbolicLink(_temp["link"], file);

        Assert.ThrowsAny<IOException>(() => _files.OpenRead(_temp["link"]).Dispose());
        Assert.ThrowsAny<IOException>(() => _files.FlushFile(_temp["link"]));
        Assert.ThrowsAny<IOException>(() => _files.SetFacts(_temp["link"], mode: null, DateTimeOffset.UnixEpoch));
        using var stream = _files.OpenRead(file);
        Assert.Equal('1', stream.ReadByte());
    }
}
