using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Disk;

public sealed class DurableFilesTests : IDisposable
{
    private const string OtherVolume = "/dev/shm";

    private readonly TempFolder _temp = new();
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Rename_moves_a_file_and_a_folder()
    {
        _temp.Write("folder/a", "1");

        _files.Rename(_temp["folder/a"], _temp["folder/b"]);
        _files.Rename(_temp["folder"], _temp["other"]);

        Assert.Equal("1", File.ReadAllText(_temp["other/b"]));
        Assert.False(Directory.Exists(_temp["folder"]));
    }

    [Fact]
    public void Rename_refuses_a_target_that_is_there()
    {
        _temp.Write("a", "1");
        _temp.Write("b", "2");

        var failure = Assert.ThrowsAny<IOException>(() => _files.Rename(_temp["a"], _temp["b"]));

        Assert.Contains(_temp["b"], failure.Message, StringComparison.Ordinal);
        Assert.Equal(("1", "2"), (File.ReadAllText(_temp["a"]), File.ReadAllText(_temp["b"])));
    }

    [Fact]
    public void Rename_refuses_a_dangling_link_as_target()
    {
        _temp.Write("a", "1");
        File.CreateSymbolicLink(_temp["link"], _temp["nowhere"]);

        Assert.ThrowsAny<IOException>(() => _files.Rename(_temp["a"], _temp["link"]));
    }

    [Fact]
    public void Renaming_what_is_not_there_names_it()
    {
        var failure = Assert.Throws<FileNotFoundException>(() => _files.Rename(_temp["a"], _temp["b"]));

        Assert.Contains(_temp["a"], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replace_puts_one_file_over_another()
    {
        _temp.Write("a", "new");
        _temp.Write("b", "old");

        _files.Replace(_temp["a"], _temp["b"]);

        Assert.Equal("new", File.ReadAllText(_temp["b"]));
        Assert.False(File.Exists(_temp["a"]));
    }

    [Fact]
    public void Replace_replaces_a_link_and_not_what_it_leads_to()
    {
        _temp.Write("a", "new");
        var victim = _temp.Write("victim", "old");
        File.CreateSymbolicLink(_temp["link"], victim);

        _files.Replace(_temp["a"], _temp["link"]);

        Assert.Equal(("old", FileKind.File), (File.ReadAllText(victim), _files.Stat(_temp["link"])!.Kind));
    }

    [Fact]
    public void Replacing_one_name_of_a_file_by_another_leaves_one()
    {
        _temp.Write("a", "1");
        if (!_files.TryLink(_temp["a"], _temp["b"]))
            return;

        _files.Replace(_temp["a"], _temp["b"]);

        Assert.Null(_files.Stat(_temp["a"]));
        Assert.Equal("1", File.ReadAllText(_temp["b"]));
    }

    [Fact]
    public void Exchange_swaps_two_names_or_says_that_it_can_not()
    {
        _temp.Write("a", "1");
        _temp.Write("b", "2");

        var done = _files.TryExchange(_temp["a"], _temp["b"]);

        Assert.Equal(done ? ("2", "1") : ("1", "2"), (File.ReadAllText(_temp["a"]), File.ReadAllText(_temp["b"])));
    }

    [Fact]
    public void A_link_is_a_second_name_and_refuses_one_that_is_taken()
    {
        _temp.Write("a", "1");
        _temp.Write("taken", "2");
        if (!_files.TryLink(_temp["a"], _temp["b"]))
            return;

        Assert.Equal("1", File.ReadAllText(_temp["b"]));
        Assert.ThrowsAny<IOException>(() => _files.TryLink(_temp["a"], _temp["taken"]));
        Assert.Equal("2", File.ReadAllText(_temp["taken"]));
    }

    [Fact]
    public void Nothing_is_copied_to_another_volume()
    {
        if (!HasOtherVolume())
            return;
        var target = Path.Join(OtherVolume, Path.GetFileName(_temp.Root));
        var source = _temp.Write("a", "1");

        Assert.ThrowsAny<IOException>(() => _files.Rename(source, target));
        Assert.ThrowsAny<IOException>(() => _files.Replace(source, target));
        Assert.ThrowsAny<IOException>(() => _files.TryLink(source, target));
        Assert.True(File.Exists(source));
        Assert.False(File.Exists(target));
    }

    [Fact]
    public void Files_and_folders_are_flushed_and_missing_ones_named()
    {
        var file = _temp.Write("a", "1");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead);

        _files.FlushFile(file);
        _files.FlushDirectory(_temp.Root);

        var failure = Assert.ThrowsAny<IOException>(() => _files.FlushFile(_temp["b"]));
        Assert.Contains(_temp["b"], failure.Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.ThrowsAny<IOException>(() => _files.FlushDirectory(file));
    }

    [Fact]
    public void A_folder_goes_only_when_empty()
    {
        _files.CreateDirectory(_temp["folder"]);
        _files.CreateDirectory(_temp["folder"]);
        _temp.Write("folder/a", "1");

        Assert.ThrowsAny<IOException>(() => _files.DeleteDirectory(_temp["folder"]));
        _files.DeleteFile(_temp["folder/a"]);
        _files.DeleteDirectory(_temp["folder"]);

        Assert.Null(_files.Stat(_temp["folder"]));
    }

    [Fact]
    public void A_folder_is_not_created_through_a_link_or_over_a_file()
    {
        Directory.CreateSymbolicLink(_temp["link"], _temp.Root);
        _temp.Write("file", "");

        Assert.ThrowsAny<IOException>(() => _files.CreateDirectory(_temp["link"]));
        Assert.ThrowsAny<IOException>(() => _files.CreateDirectory(_temp["file"]));
    }

    [Fact]
    public void A_full_disk_is_told_from_other_failures()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var full = Assert.ThrowsAny<IOException>(() =>
        {
            using var stream = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            stream.Write("x"u8);
            stream.Flush();
        });

        Assert.True(DiskError.IsDiskFull(full));
        Assert.True(DiskError.IsDiskFull((IOException)DiskError.Of(28, "Writing /x failed")));
        Assert.False(DiskError.IsDiskFull((IOException)DiskError.Of(17, "Writing /x failed")));
        Assert.IsType<UnauthorizedAccessException>(DiskError.Of(13, "Writing /x failed"));
    }

    [Theory]
    [InlineData(@"C:\a\b", @"\\?\C:\a\b")]
    [InlineData(@"\\server\share\b", @"\\?\UNC\server\share\b")]
    [InlineData(@"\\?\C:\a", @"\\?\C:\a")]
    [InlineData("C:/a/b", @"\\?\C:\a\b")]
    public void Windows_paths_may_be_long(string path, string expected) => Assert.Equal(expected, WindowsCalls.LongPath(path));

    private bool HasOtherVolume()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(OtherVolume))
            return false;
        var volumes = DriveInfo.GetDrives().Select(drive => drive.Name).ToList();
        return volumes.Contains(OtherVolume) && !_temp.Root.StartsWith(OtherVolume, StringComparison.Ordinal);
    }
}
