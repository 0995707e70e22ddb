using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core;

public sealed class SwapLookTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly InstallLayout _layout;
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();
    private readonly FoundSwap _swap;

    public SwapLookTests()
    {
        _layout = new InstallLayout(_temp.Root);
        _swap = Prepare("s1");
    }

    private SwapStore Store => new(_files, _layout);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_look_while_the_swap_begins_takes_nothing_away()
    {
        var disk = new ChangingDisk(_files);

        // Seen as prepared, and applying before its journal is read.
        disk.BeforeStat(Journal("prepared"), 2, () => _files.Rename(Journal("prepared"), Journal("applying")));
        new SwapStore(disk, _layout).Find();

        Assert.Equal(SwapState.Applying, Store.Find()!.State);
        Assert.True(File.Exists(_swap.Bootstrapper));
        Assert.Equal("new", File.ReadAllText(Path.Join(_swap.Directory, "new", "0")));
    }

    [Theory]
    [InlineData("prepared")]
    [InlineData("confirmed")]
    [InlineData("undone")]
    public void A_damaged_journal_on_which_nothing_depends_makes_way_for_the_next_swap(string state)
    {
        File.Delete(Journal("prepared"));
        File.WriteAllText(Journal(state), "garbage");

        Assert.Null(Store.Find());
        Assert.True(File.Exists(Journal(state)));
        Assert.Equal("s2", Prepare("s2").Header.Id);

        Assert.False(File.Exists(Journal(state)));
        Assert.Equal("s2", Store.Find()!.Header.Id);
    }

    private string Journal(string state) => Path.Join(_swap.Directory, $"journal-{state}");

    private FoundSwap Prepare(string id) => Store.Prepare(new SwapRequest(
        SampleSwap.Header with { Id = id, Entry = null },
        [new FileToPlace(RelativePath.Parse("app"), _temp.Write(".appupdater/staging/app", "new"), ContentHash.Of("new"u8), OldHash: null, Mode: null, Modified: null)],
        [],
        [],
        _temp.Write("bootstrapper", "the bootstrapper")));
}
