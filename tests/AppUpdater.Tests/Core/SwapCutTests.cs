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

    private void Play(SimulatedInstall story, SimulatedDisk disk, Chapter[] chapters)
    {
        var bounds = story.New.Count > 5 ? CutBounds.Long : CutBounds.Usual;
        var matrix = new CutMatrix(story, bounds);
        var failure = matrix.Play(disk, chapters);
        output.WriteLine($"{story.Name}: {matrix.Cases} cases, at most {bounds.Outcomes} outcomes per cut, {bounds.RecoveryOutcomes} per cut of every {bounds.RecoveryStride}th recovery");
        Assert.True(failure is null, failure);
    }
}
