using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

/// <summary>A virus scanner takes files that were put in place, or were kept for going back.</summary>
public sealed class VanishedFilesTests
{
    private readonly SimulatedInstall _story = Stories.Small;
    private readonly SimulatedDisk _disk;

    public VanishedFilesTests()
    {
        _disk = _story.Prepared();
        Assert.Equal(SwapState.Committed, _story.Runner(_disk).Apply(Found()).State);
    }

    [Fact]
    public void What_is_all_there_is_no_alarm_and_neither_are_other_bytes()
    {
        Assert.Null(Removed());
        SimulatedInstall.Write(_disk, "/app/lib/a", new TreeFile("the new version wrote into what came with it"));
        Assert.Null(Removed());
    }

    [Fact]
    public void A_placed_file_that_is_gone_is_named()
    {
        _disk.DeleteFile("/app/lib/a");
        Assert.Equal("lib/a was removed by another program, perhaps antivirus.", Removed());
        _disk.DeleteFile("/app/app");
        Assert.Equal("lib/a and 1 more files were removed by another program, perhaps antivirus.", Removed());
    }

    [Fact]
    public void A_placed_file_that_was_emptied_counts_as_gone()
    {
        SimulatedInstall.Write(_disk, "/app/lib/a", new TreeFile(""));
        Assert.Contains("lib/a was removed", Removed(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_undo_gives_back_what_the_new_version_lost()
    {
        _disk.DeleteFile("/app/lib/a");
        Assert.Equal(SwapState.Undone, _story.Runner(_disk).Undo(Found()).State);
        Assert.Equal(_story.OldTree, SimulatedInstall.TreeOf(_disk));
    }

    [Fact]
    public void Without_an_old_file_the_new_version_stays_whole_and_the_file_is_named()
    {
        var kept = KeptCopyOf("a 1");
        _disk.DeleteFile(kept);
        var report = _story.Runner(_disk).Undo(Found());
        Assert.Equal(SwapState.Committed, report.State);
        Assert.Contains("The old version's lib/a was removed by another program, perhaps antivirus", report.Reason, StringComparison.Ordinal);
        Assert.Equal(_story.NewTree, SimulatedInstall.TreeOf(_disk));
    }

    [Fact]
    public void An_old_file_that_goes_in_the_middle_of_an_undo_blocks_it_and_is_named()
    {
        _disk.Traits = _disk.Traits with { Stuck = new HashSet<string> { "/app/lib/a" } };
        Assert.Equal(SwapState.Undoing, _story.Runner(_disk).Undo(Found()).State);
        _disk.Traits = new DiskTraits();
        _disk.DeleteFile(KeptCopyOf("a 1"));

        var report = _story.Runner(_disk).Recover(Found());

        Assert.Equal(SwapState.Undoing, report.State);
        Assert.Contains("The old version's lib/a was removed by another program, perhaps antivirus", report.Reason, StringComparison.Ordinal);
        Assert.Equal(SimulatedInstall.Gate, SimulatedInstall.TextAt(_disk, "/app/app"));
    }

    [Fact]
    public void What_comes_to_hold_other_bytes_while_it_is_put_in_place_is_undone()
    {
        var ends = Enumerable.Range(1, 12).Select(TamperedWithAt).ToArray();

        Assert.Contains(ends, end => end.State == SwapState.Undone && end.Reason!.Contains("/app/lib/a does not hold what was just put there", StringComparison.Ordinal));
        Assert.DoesNotContain(ends, end => end.State is SwapState.Applying or SwapState.Undoing);
    }

    private SwapReport TamperedWithAt(int look)
    {
        var disk = _story.Prepared();
        var changing = new ChangingDisk(disk);
        changing.BeforeStat("/app/lib/a", look, () => SimulatedInstall.Write(disk, "/app/lib/a", new TreeFile("disinfected")));
        var runner = new SwapRunner(changing, _story.Layout, new FixedClock(SimulatedInstall.Now), _ => { });
        return runner.Apply(_story.Store(disk).Find()!);
    }

    private FoundSwap Found() => _story.Store(_disk).Find()!;

    private string? Removed() => new PlacedFiles(_disk, _story.Layout).Removed(Found());

    private string KeptCopyOf(string text) =>
        _disk.List(SimulatedInstall.SwapFolder + "/old").Concat(_disk.List(SimulatedInstall.SwapFolder + "/new"))
            .Single(path => SimulatedInstall.TextAt(_disk, path) == text);
}
