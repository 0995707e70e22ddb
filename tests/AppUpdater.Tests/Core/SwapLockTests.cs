using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

/// <summary>Files that another process holds, as on Windows: waited for, then named.</summary>
public sealed class SwapLockTests
{
    private const string Live = "/app/lib/a";

    public static TheoryData<string> BeforeTheFirstChange => [Live, SimulatedInstall.SwapFolder + "/new/1"];

    public static TheoryData<string> Transitions => ["prepared", "applying"];

    [Theory]
    [MemberData(nameof(BeforeTheFirstChange))]
    public void A_file_that_can_not_be_read_before_the_first_change_is_tried_again(string path)
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        disk.Traits = disk.Traits with { Unreadable = new HashSet<string> { path } };
        var waits = 0;
        var runner = Runner(story, disk, () => disk.Traits = ++waits == 3 ? new DiskTraits() : disk.Traits);

        Assert.Equal(SwapState.Committed, runner.Apply(story.Store(disk).Find()!).State);

        Assert.Equal(3, waits);
        Assert.Equal(story.NewTree, SimulatedInstall.TreeOf(disk));
    }

    [Theory]
    [MemberData(nameof(BeforeTheFirstChange))]
    public void A_file_that_is_never_let_go_leaves_the_swap_pending_and_is_named(string path)
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        disk.Traits = disk.Traits with { Unreadable = new HashSet<string> { path } };

        var report = story.Runner(disk).Apply(story.Store(disk).Find()!);

        Assert.Equal(SwapState.Prepared, report.State);
        Assert.Contains(path, report.Reason, StringComparison.Ordinal);
        disk.Traits = new DiskTraits();
        Assert.Equal(story.OldTree, SimulatedInstall.TreeOf(disk));
    }

    [Theory]
    [InlineData("/app/lib/a", "a 2", "flush folder /app/lib")]
    [InlineData("/app/app", "app 2", "flush folder /app")]
    public void A_file_that_a_scanner_reads_just_after_it_was_put_in_place_is_looked_at_again(string path, string text, string step)
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        var (seen, waits) = (false, 0);
        disk.BeforeStep = what =>
        {
            if (seen || what != step || SimulatedInstall.TextAt(disk, path) != text)
                return;
            seen = true;
            disk.Traits = disk.Traits with { Unreadable = new HashSet<string> { path } };
        };
        var runner = Runner(story, disk, () => disk.Traits = ++waits == 2 ? new DiskTraits() : disk.Traits);

        Assert.Equal(SwapState.Committed, runner.Apply(story.Store(disk).Find()!).State);

        Assert.Equal(2, waits);
        Assert.Equal(story.NewTree, SimulatedInstall.TreeOf(disk));
    }

    [Fact]
    public void A_bootstrapper_that_a_scanner_reads_just_now_is_looked_at_again()
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        disk.Traits = disk.Traits with { Unreadable = new HashSet<string> { SimulatedInstall.SwapFolder + (OperatingSystem.IsWindows() ? "/bootstrapper.exe" : "/bootstrapper") } };
        var waits = 0;

        var runner = Runner(story, disk, () => disk.Traits = ++waits == 2 ? new DiskTraits() : disk.Traits);

        Assert.Equal(SwapState.Committed, runner.Apply(story.Store(disk).Find()!).State);
        Assert.Equal(2, waits);
    }

    [Theory]
    [MemberData(nameof(Transitions))]
    public void A_journal_that_a_scanner_reads_just_now_is_renamed_when_it_has_been_read(string state)
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        disk.Traits = disk.Traits with { Stuck = new HashSet<string> { $"{SimulatedInstall.SwapFolder}/journal-{state}" } };
        var waits = 0;

        var runner = Runner(story, disk, () => disk.Traits = ++waits == 2 ? new DiskTraits() : disk.Traits);

        Assert.Equal(SwapState.Committed, runner.Apply(story.Store(disk).Find()!).State);
        Assert.Equal(2, waits);
        Assert.Equal(story.NewTree, SimulatedInstall.TreeOf(disk));
    }

    private static SwapRunner Runner(SimulatedInstall story, SimulatedDisk disk, Action onWait) =>
        new(disk, story.Layout, new FixedClock(SimulatedInstall.Now), _ => onWait());
}
