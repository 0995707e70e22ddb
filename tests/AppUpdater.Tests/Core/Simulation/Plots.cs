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

    /// <summary>Something can't be done: by itself it goes back to the old version.</summary>
    internal static Chapter[] Fails(SimulatedInstall story) =>
    [
        new(
            "Apply", disk => story.Runner(disk).Apply(Found(story, disk)),
            [new(SwapState.Prepared, story.OldTree), new(SwapState.Undone, story.OldTree)], [new(SwapState.Undone, story.OldTree)]),
    ];

    /// <summary>The new version ran, and one of the files came to hold bytes that nobody knows; then it is undone.</summary>
    internal static Chapter[] EditedAndBack(SimulatedInstall story, string edited)
    {
        var edit = new TreeFile("written by the new version", TreeFile.Plain, Age: 5);
        var after = story with { New = new(story.New) { [edited] = edit } };
        var back = story with { Users = new(story.Users) { [edited + ".user-20261121T100000Z"] = edit } };
        // A copy of the entry is made before it makes way: for an instant the whole new version lies there, and the copy.
        var kept = after with { Users = back.Users };
        Ending[] end = [new(SwapState.Undone, back.OldTree)];
        void Edit(SimulatedDisk disk)
        {
            // Durable by itself: what the updater left pending stays pending.
            var path = Path.Join(SimulatedInstall.Root, edited);
            SimulatedInstall.Write(disk, path, edit);
            disk.FlushFile(path);
            disk.FlushDirectory(Path.GetDirectoryName(path)!);
        }

        return
        [
            Apply(story),
            new("Run", disk => Quietly(disk, Edit), [new(SwapState.Committed, story.NewTree)], [new(SwapState.Committed, after.NewTree)]),
            new("Undo", disk => story.Runner(disk).Undo(Found(story, disk)), [new(SwapState.Committed, after.NewTree), new(SwapState.Undoing, kept.NewTree), .. end], end),
        ];
    }

    /// <summary>One process made the transition and was ended before its flush; the next one goes on from what it sees.</summary>
    internal static IEnumerable<Chapter[]> EndedBeforeTheFlush(SimulatedInstall story)
    {
        Chapter[] applied = [Prepare(story), Apply(story)];
        yield return Ended([], Prepare(story), SwapState.Prepared, Apply(story));
        yield return Ended([], Prepare(story), SwapState.Prepared, Clear(story, SwapState.Prepared));
        yield return Ended([Prepare(story)], Apply(story), SwapState.Committed, Confirm(story));
        yield return Ended([Prepare(story)], Apply(story), SwapState.Committed, Undo(story));
        yield return Ended(applied, Confirm(story), SwapState.Confirmed, Clear(story, SwapState.Confirmed));
        yield return Ended(applied, Undo(story), SwapState.Undone, Clear(story, SwapState.Undone));
    }

    private static Chapter[] Ended(Chapter[] before, Chapter ended, SwapState state, Chapter next) =>
        [.. before, Unflushed(ended, state), next with { During = [.. ended.During, .. next.During] }];

    private static Chapter Unflushed(Chapter chapter, SwapState state)
    {
        void Act(SimulatedDisk disk)
        {
            var allow = disk.AllowFlush;
            var folder = new SwapFolder(disk, SimulatedInstall.SwapFolder);
            disk.AllowFlush = (kind, path) => (allow?.Invoke(kind, path) ?? true) && (path != folder.Root || folder.State() != state);
            Quietly(disk, chapter.Act);
            disk.AllowFlush = allow;
        }

        return chapter with { Act = Act, After = [.. chapter.During, .. chapter.After] };
    }

    /// <summary>Not cut at each step.</summary>
    private static void Quietly(SimulatedDisk disk, Action<SimulatedDisk> act)
    {
        var beforeStep = disk.BeforeStep;
        disk.BeforeStep = null;
        act(disk);
        disk.BeforeStep = beforeStep;
    }

    private static FoundSwap Found(SimulatedInstall story, SimulatedDisk disk) => story.Store(disk).Find()!;
}
