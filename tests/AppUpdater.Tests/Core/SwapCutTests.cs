using AppUpdater.Tests.Core.Simulation;
using Xunit.Abstractions;

namespace AppUpdater.Tests.Core;

/// <summary>Cut at any instant, the next start finds the whole old version or the whole new one.</summary>
public sealed class SwapCutTests(ITestOutputHelper output)
{
    public static TheoryData<string> Stories => [.. Simulation.Stories.All.Keys];

    [Theory]
    [MemberData(nameof(Stories))]
    public void A_swap_cut_anywhere_ends_whole(string name)
    {
        var story = Simulation.Stories.All[name];
        Play(story, story.Start(), Plots.ToTheEnd(story));
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public void An_undo_cut_anywhere_ends_whole(string name)
    {
        var story = Simulation.Stories.All[name];
        Play(story, story.Prepared(), Plots.AndBack(story));
    }

    [Fact]
    public void A_pending_swap_dropped_and_cut_is_whole_or_gone()
    {
        var story = Simulation.Stories.Small;
        Play(story, story.Prepared(), Plots.Dropped(story));
    }

    [Fact]
    public void A_process_ended_before_its_flush_leaves_the_next_one_a_whole_state()
    {
        var story = Simulation.Stories.Small;
        foreach (var chapters in Plots.EndedBeforeTheFlush(story))
            Play(story, story.Start(), chapters);
    }

    [Theory]
    [InlineData("small", "/app/lib/a")]
    [InlineData("small", "/app/more/deep/n")]
    [InlineData("small, links", "/app/lib/a")]
    [InlineData("small, neither", "/app/gone/x")]
    [InlineData("fresh", "/app/more/deep/n")]
    [InlineData("same entry", "/app/gone/x")]
    public void A_swap_that_can_not_be_finished_goes_back_whole(string name, string stuck)
    {
        var story = Simulation.Stories.All[name];
        var disk = story.Prepared();
        disk.Traits = story.Traits with { Stuck = new HashSet<string> { stuck } };
        Play(story, disk, Plots.Fails(story));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_runs_is_moved_out_of_the_way(bool canLink)
    {
        var story = Simulation.Stories.Small with
        {
            Name = "running files",
            Traits = new DiskTraits(CanExchange: false, canLink),
        };
        var disk = story.Prepared();
        disk.Traits = story.Traits with { InUse = new HashSet<string> { "/app/lib/a", "/app/gone/x" } };
        Play(story, disk, Plots.AndBack(story));
    }

    [Theory]
    [InlineData("small", "lib/a")]
    [InlineData("small", "app")]
    [InlineData("small", "more/deep/n")]
    [InlineData("small, neither", "lib/a")]
    [InlineData("small, neither", "app")]
    [InlineData("full", "version.ini")]
    [InlineData("full, links", ".appupdater/installed.json")]
    public void What_was_written_since_is_kept_by_an_undo(string name, string edited)
    {
        var story = Simulation.Stories.All[name];
        Play(story, story.Prepared(), Plots.EditedAndBack(story, edited));
    }

    private void Play(SimulatedInstall story, SimulatedDisk disk, Chapter[] chapters)
    {
        var bounds = story.New.Count > 5 ? CutBounds.Long : CutBounds.Usual;
        var matrix = new CutMatrix(story, bounds);
        var failure = matrix.Play(disk, chapters);
        output.WriteLine($"{story.Name}: {matrix.Cases} cases, at most {bounds.Outcomes} outcomes per cut, {bounds.RecoveryOutcomes} per cut of every {bounds.RecoveryStride}th recovery");
        Assert.True(failure is null, failure);
    }
}
