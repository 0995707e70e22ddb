using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Disk;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_file_is_created_and_replaced_whole()
    {
        AtomicFile.Write(_files, _temp["a"], "first, longer"u8);
        Assert.Equal("first, longer", File.ReadAllText(_temp["a"]));

        AtomicFile.Write(_files, _temp["a"], "second"u8);

        Assert.Equal("second", File.ReadAllText(_temp["a"]));
        Assert.Equal([_temp["a"]], _files.List(_temp.Root));
    }

    [Fact]
    public void What_a_cut_write_left_behind_is_replaced()
    {
        _temp.Write("a.tmp", "half of somethi");

        AtomicFile.Write(_files, _temp["a"], "whole"u8);

        Assert.Equal("whole", File.ReadAllText(_temp["a"]));
        Assert.Null(_files.Stat(_temp["a.tmp"]));
    }

    [Fact]
    public void A_temp_name_that_is_a_link_is_not_written_through()
    {
        var victim = _temp.Write("victim", "mine");
        File.CreateSymbolicLink(_temp["a.tmp"], victim);

        AtomicFile.Write(_files, _temp["a"], "new"u8);

        Assert.Equal(("mine", "new"), (File.ReadAllText(victim), File.ReadAllText(_temp["a"])));
    }

    [Fact]
    public void A_missing_folder_is_an_error_that_names_the_path()
    {
        var failure = Assert.ThrowsAny<IOException>(() => AtomicFile.Write(_files, _temp["none/a"], "x"u8));

        Assert.Contains(_temp["none"], failure.Message, StringComparison.Ordinal);
    }
}
