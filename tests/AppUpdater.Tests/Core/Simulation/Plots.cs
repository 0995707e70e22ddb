using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>The ways a story goes, as chapters with their endings.</summary>
internal static class Plots
{
    internal static Chapter Prepare(SimulatedInstall story)
    {
        Ending none = new(null, story.OldTree);
        Ending pending = new(SwapState.Prepared, story.OldTree);
        return new("Prepare", disk => story.Store(disk).Prepare(story.Request()), [none, pending], [pending]);
    }

    internal static Chapter Apply(SimulatedInstall story) => new(
        "Apply", disk => story.Runner(disk).Apply(Found(story, disk)),
        [new(SwapState.Prepared, story.OldTree), new(SwapState.Committed, story.NewTree)], [new(SwapState.Committed, story.NewTree)]);

    internal static Chapter Undo(SimulatedInstall story) => new(
        "Undo", disk => story.Runner(disk).Undo(Found(story, disk)),
        [new(SwapState.Committed, story.NewTree), new(SwapState.Undone, story.OldTree)], [new(SwapState.Undone, story.OldTree)]);

    internal static Chapter Confirm(SimulatedInstall story) => new(
        "Confirm", disk => story.Runner(disk).Confirm(Found(story, disk)),
        [new(SwapState.Committed, story.NewTree), new(SwapState.Confirmed, story.NewTree)], [new(SwapState.Confirmed, story.NewTree)]);

    internal static Chapter Clear(SimulatedInstall story, SwapState state)
    {
        var tree = state == SwapState.Confirmed ? story.NewTree : story.OldTree;
        return new("Clear", disk => story.Store(disk).Clear(Found(story, disk)), [new(state, tree), new(null, tree)], [new(null, tree)]);
    }

    internal static Chapter[] ToTheEnd(SimulatedInstall story) =>
        [Prepare(story), Apply(story), Confirm(story), Clear(story, SwapState.Confirmed)];

    internal static Chapter[] AndBack(SimulatedInstall story) =>
        [Apply(story), Undo(story), Clear(story, SwapState.Undone)];

    internal static Chapter[] Dropped(SimulatedInstall story) => [Clear(story, SwapState.Prepared)];

    private static FoundSwap Found(SimulatedInstall story, SimulatedDisk disk) => story.Store(disk).Find()!;
}
