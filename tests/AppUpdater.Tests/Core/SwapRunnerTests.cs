using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

public sealed class SwapRunnerTests
{
    private const string Stamp = ".user-20261121T100000Z";

    [Theory]
    [InlineData("small")]
    [InlineData("small, links")]
    [InlineData("small, neither")]
    [InlineData("same entry")]
    [InlineData("fresh")]
    [InlineData("no entry")]
    [InlineData("full")]
    public void A_swap_leads_there_and_back(string name)
    {
        var story = Stories.All[name];
        var disk = story.Prepared();
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal(story.NewTree, SimulatedInstall.TreeOf(disk));
        Assert.Equal(SwapState.Undone, story.Runner(disk).Undo(story.Store(disk).Find()!).State);
        Assert.Equal(story.OldTree, SimulatedInstall.TreeOf(disk));
        story.Store(disk).Clear(story.Store(disk).Find()!);
        Assert.Null(disk.Stat(SimulatedInstall.SwapFolder));
    }

    [Fact]
    public void His_changes_are_kept_beside_ours()
    {
        var story = Stories.Edited;
        var disk = story.Prepared();
        var report = Apply(story, disk);
        Assert.Equal(["/app/app" + Stamp, "/app/gone/x" + Stamp, "/app/lib/a" + Stamp], report.KeptFiles.Order(StringComparer.Ordinal));
        Assert.Equal("his a", SimulatedInstall.TextAt(disk, "/app/lib/a" + Stamp));
        Assert.Equal("a 2", SimulatedInstall.TextAt(disk, "/app/lib/a"));
    }

    [Fact]
    public void His_changes_stay_where_the_settings_say_keep()
    {
        var story = Stories.Edited with { Changed = ChangedFilePolicy.Keep };
        var disk = story.Prepared();
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal("his a", SimulatedInstall.TextAt(disk, "/app/lib/a"));
        Assert.Equal("his app", SimulatedInstall.TextAt(disk, "/app/app"));
        Assert.Equal("his x", SimulatedInstall.TextAt(disk, "/app/gone/x"));
        Assert.Equal("n 2", SimulatedInstall.TextAt(disk, "/app/more/deep/n"));
    }

    [Fact]
    public void Ours_lies_beside_his_where_the_settings_say_new()
    {
        var story = Stories.Edited with { Changed = ChangedFilePolicy.New };
        var disk = story.Prepared();
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal("his a", SimulatedInstall.TextAt(disk, "/app/lib/a"));
        Assert.Equal("a 2", SimulatedInstall.TextAt(disk, "/app/lib/a.new-1.1.0"));
        Assert.Equal("his app", SimulatedInstall.TextAt(disk, "/app/app"));
        Assert.Equal("app 2", SimulatedInstall.TextAt(disk, "/app/app.new-1.1.0"));
        Assert.Equal(SwapState.Undone, story.Runner(disk).Undo(story.Store(disk).Find()!).State);
        Assert.Equal(story.OldTree, SimulatedInstall.TreeOf(disk));
    }

    [Fact]
    public void A_file_of_his_where_a_new_one_comes_is_kept()
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        SimulatedInstall.Write(disk, "/app/more/deep/n", new TreeFile("his n"));
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal("his n", SimulatedInstall.TextAt(disk, "/app/more/deep/n" + Stamp));
        Assert.Equal(SwapState.Undone, story.Runner(disk).Undo(story.Store(disk).Find()!).State);
        Assert.Equal("his n", SimulatedInstall.TextAt(disk, "/app/more/deep/n"));
    }

    [Theory]
    [InlineData("new/1", null)]
    [InlineData("new/1", "something else")]
    [InlineData("bootstrapper", null)]
    public void A_staged_file_that_was_taken_drops_the_swap(string name, string? instead)
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        var path = Path.Join(SimulatedInstall.SwapFolder, name);
        disk.DeleteFile(path);
        if (instead is not null)
            SimulatedInstall.Write(disk, path, new TreeFile(instead));
        var report = Apply(story, disk);
        Assert.Equal(SwapState.Undone, report.State);
        Assert.Contains($"was {(instead is null ? "removed" : "changed")} by another program, perhaps antivirus", report.Reason, StringComparison.Ordinal);
        Assert.Contains(path, report.Reason, StringComparison.Ordinal);
        Assert.Equal(story.OldTree, SimulatedInstall.TreeOf(disk));
    }

    [Fact]
    public void The_gate_lies_at_the_entry_while_an_undo_is_blocked()
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        Apply(story, disk);
        disk.Traits = disk.Traits with { Stuck = new HashSet<string> { "/app/lib/a" } };
        var report = story.Runner(disk).Undo(story.Store(disk).Find()!);
        Assert.Equal(SwapState.Undoing, report.State);
        Assert.Contains("/app/lib/a", report.Reason, StringComparison.Ordinal);
        Assert.Equal(SimulatedInstall.Gate, SimulatedInstall.TextAt(disk, "/app/app"));

        disk.Traits = new DiskTraits();
        Assert.Equal(SwapState.Undone, story.Runner(disk).Recover(story.Store(disk).Find()!).State);
        Assert.Equal(story.OldTree, SimulatedInstall.TreeOf(disk));
    }

    [Fact]
    public void A_file_in_use_is_tried_again()
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        disk.Traits = disk.Traits with { Stuck = new HashSet<string> { "/app/lib/a" } };
        var waits = new List<TimeSpan>();
        var runner = new SwapRunner(disk, story.Layout, new FixedClock(SimulatedInstall.Now), wait =>
        {
            waits.Add(wait);
            if (waits.Count == 3)
                disk.Traits = new DiskTraits();
        });
        Assert.Equal(SwapState.Committed, runner.Apply(story.Store(disk).Find()!).State);
        Assert.Equal(3, waits.Count);
        Assert.Equal(story.NewTree, SimulatedInstall.TreeOf(disk));
    }

    [Fact]
    public void The_entry_is_the_gate_before_and_until_after_everything_else()
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        disk.BeforeStep = what =>
        {
            var isOther = what.Contains("/app/lib/", StringComparison.Ordinal) || what.Contains("/app/gone", StringComparison.Ordinal) || what.Contains("/app/more", StringComparison.Ordinal);
            if (isOther)
                Assert.Equal(SimulatedInstall.Gate, SimulatedInstall.TextAt(disk, "/app/app"));
        };
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
    }

    [Fact]
    public void An_end_at_any_step_passes_through_the_kernel_untouched()
    {
        var story = Stories.Full;
        var (disk, count) = (story.Prepared(), 0);
        disk.BeforeStep = _ => count++;
        Apply(story, disk);
        for (var last = 1; last <= count; last++)
        {
            (disk, var step) = (story.Prepared(), 0);
            disk.BeforeStep = what => _ = ++step >= last ? throw new CutException(what) : step;
            Assert.Throws<CutException>(() => Apply(story, disk));
            disk.BeforeStep = null;
            var found = story.Store(disk).Find()!;
            var state = found.State == SwapState.Applying ? story.Runner(disk).Recover(found).State : found.State;
            Assert.Equal(state == SwapState.Committed ? story.NewTree : story.OldTree, SimulatedInstall.TreeOf(disk));
        }
    }

    [Fact]
    public void A_parent_that_became_a_link_leaves_the_swap_pending()
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        disk.DeleteFile("/app/lib/a");
        disk.DeleteDirectory("/app/lib");
        disk.AddLink("/app/lib");
        var report = Apply(story, disk);
        Assert.Equal(SwapState.Prepared, report.State);
        Assert.Contains("symbolic link", report.Reason, StringComparison.Ordinal);
    }

    private static SwapReport Apply(SimulatedInstall story, SimulatedDisk disk) => story.Runner(disk).Apply(story.Store(disk).Find()!);
}
