using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>Where a chapter may leave the swap: <see cref="State"/> null is no swap, and then the tree is this.</summary>
internal sealed record Ending(SwapState? State, string Tree);

/// <summary>One verb, what may be found after a cut during it, and what must be found once it has returned.</summary>
internal sealed record Chapter(string Verb, Action<SimulatedDisk> Act, Ending[] During, Ending[] After);

/// <summary>How much is tried. The numbers bound the run time; what they leave out is the rarer combinations of several losses.</summary>
internal sealed record CutBounds(int Outcomes, int RecoveryOutcomes, int RecoveryStride)
{
    internal static CutBounds Usual { get; } = new(Outcomes: 16, RecoveryOutcomes: 3, RecoveryStride: 40);

    /// <summary>For stories with many operations.</summary>
    internal static CutBounds Long { get; } = new(Outcomes: 8, RecoveryOutcomes: 2, RecoveryStride: 50);
}

/// <summary>
/// Plays a story, ends it at every step with every loss that is legal there, and starts again as the bootstrapper would; some of
/// those recoveries are ended at every step in their turn. The first wrong outcome is told, null where there is none.
/// </summary>
internal sealed class CutMatrix(SimulatedInstall story, CutBounds bounds)
{
    private int _case;

    internal int Cases { get; private set; }

    /// <summary>How many of them were mere kills: nothing written was lost.</summary>
    internal int Kills { get; private set; }

    /// <summary>Asked at each flush, with a key that names its place in the code: false removes the flush.</summary>
    internal Func<string, bool>? AllowFlush { get; init; }

    /// <summary>Whether recoveries from a mere kill are all ended in their turn.</summary>
    internal bool DeepAfterKill { get; init; }

    internal string? Play(SimulatedDisk disk, IEnumerable<Chapter> chapters)
    {
        string? failure = null;
        foreach (var chapter in chapters)
        {
            var step = 0;
            Run(disk, chapter.Verb, () => chapter.Act(disk), what =>
                failure ??= Cut(disk, $"{chapter.Verb}, step {++step} ({what})", chapter.During, bounds.Outcomes));
            failure ??= Cut(disk, $"{chapter.Verb}, returned", chapter.After, bounds.Outcomes);
            if (failure is not null)
                return $"{story.Name}: {failure}";
        }

        return null;
    }

    /// <summary>The next start: finishes what lies there, and tells how it ended, and in which state there was something to finish.</summary>
    private (Ending Ending, SwapState? Recovered) Restart(SimulatedDisk disk, Action<string>? beforeStep)
    {
        var found = story.Store(disk).Find();
        var recovers = found?.State is SwapState.Applying or SwapState.Undoing;
        if (recovers)
            Run(disk, "Recover", () => story.Runner(disk).Recover(found!), beforeStep);
        return (new Ending(story.Store(disk).Find()?.State, SimulatedInstall.TreeOf(disk)), recovers ? found!.State : null);
    }

    private string? Cut(SimulatedDisk disk, string where, Ending[] allowed, int bound)
    {
        foreach (var (name, left) in CrashOutcomes.Of(disk, bound, seed: _case))
        {
            Count(name);
            if (Judge(left, allowed, deep: _case % bounds.RecoveryStride == 0 || (DeepAfterKill && name == CrashOutcomes.Killed)) is { } wrong)
                return $"{where}, {name}: {wrong}";
        }

        return null;
    }

    private string? Judge(SimulatedDisk left, Ending[] allowed, bool deep)
    {
        if (EntryProblem(left, allowed) is { } problem)
            return problem;
        var failures = new List<string>();
        void Note(string? failure) => failures.AddRange(failure is null ? [] : [failure]);
        var step = 0;
        try
        {
            var (ending, recovered) = Restart(left, deep ? what => Note(Again(left, $"recovery step {++step} ({what})", allowed)) : null);
            if (deep)
                Note(Again(left, "recovery returned", recovered is not null ? [ending] : allowed));
            if (recovered == SwapState.Undoing && ending.State != SwapState.Undone)
                Note($"an undo was reversed: it ended {ending.State}");
            return failures.FirstOrDefault() ?? EndingProblem(left, ending, allowed);
        }
        catch (UpdateException e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private string? Again(SimulatedDisk disk, string where, Ending[] allowed)
    {
        foreach (var (name, left) in CrashOutcomes.Of(disk, bounds.RecoveryOutcomes, seed: _case))
        {
            Count(name);
            if (Judge(left, allowed, deep: false) is { } wrong)
                return $"{where}, {name}: {wrong}";
        }

        return null;
    }

    private void Count(string name)
    {
        _case++;
        Cases++;
        Kills += name == CrashOutcomes.Killed ? 1 : 0;
    }

    private string? EndingProblem(SimulatedDisk left, Ending ending, Ending[] allowed)
    {
        if (!allowed.Contains(ending))
            return $"ended {ending.State?.ToString() ?? "without a swap"} with the tree\n{ending.Tree}";
        if (ending.State == SwapState.Committed)
        {
            var undo = story.Runner(left).Undo(story.Store(left).Find()!);
            var isBack = undo.State == SwapState.Undone && (ending.Tree != story.NewTree || SimulatedInstall.TreeOf(left) == story.OldTree);
            return isBack ? null : $"committed, but could not be undone: {undo.State} {undo.Reason}\n{SimulatedInstall.TreeOf(left)}";
        }

        if (ending.State != SwapState.Prepared || left.Traits.Stuck.Count > 0)
            return null;
        if (story.HasCompanion && SimulatedInstall.TextAt(left, $"{SimulatedInstall.SwapFolder}/{SimulatedInstall.Companion}") != SimulatedInstall.Companion)
            return "pending, but what has to lie with the journal does not";
        // A pending swap that is found must be one that can be carried out.
        var report = story.Runner(left).Apply(story.Store(left).Find()!);
        return report.State == SwapState.Committed && SimulatedInstall.TreeOf(left) == story.NewTree
            ? null
            : $"pending, but could not be applied: {report.State} {report.Reason}\n{SimulatedInstall.TreeOf(left)}";
    }

    /// <summary>Whoever starts the app before any recovery meets a whole version or the gate.</summary>
    private string? EntryProblem(SimulatedDisk left, Ending[] allowed)
    {
        if (story.Entry is not { } entry)
            return null;
        var text = SimulatedInstall.TextAt(left, Path.Join(SimulatedInstall.Root, entry));
        if (text == SimulatedInstall.Gate || (text is null && !story.Old.ContainsKey(entry)))
            return null;
        // An attribute that is off for an instant keeps nothing from starting; how it ends is compared with it.
        var tree = SimulatedInstall.WithoutAttributes(SimulatedInstall.TreeOf(left));
        return allowed.Any(ending => SimulatedInstall.WithoutAttributes(ending.Tree) == tree) ? null : $"the entry is open ({text ?? "missing"}) on the tree\n{tree}";
    }

    private void Run(SimulatedDisk disk, string verb, Action act, Action<string>? beforeStep)
    {
        var counts = new Dictionary<string, int>();
        disk.BeforeStep = beforeStep;
        disk.AllowFlush = AllowFlush is null ? null : (kind, path) => AllowFlush(FlushKey(disk, verb, kind, path, counts));
        try
        {
            act();
        }
        finally
        {
            disk.BeforeStep = null;
            disk.AllowFlush = null;
        }
    }

    /// <summary>Verb, state of the journal, what is flushed, and, of a folder, for which time in this verb and state.</summary>
    private static string FlushKey(SimulatedDisk disk, string verb, string kind, string path, Dictionary<string, int> counts)
    {
        var folder = new SwapFolder(disk, SimulatedInstall.SwapFolder);
        var state = folder.State()?.ToString() ?? "no journal";
        var what = path.Replace(folder.Root, "<swap>", StringComparison.Ordinal).Replace(SimulatedInstall.Root, "<app>", StringComparison.Ordinal);
        if (kind == "file")
            return $"{verb}, {state}: file {(what.Contains("/staging/", StringComparison.Ordinal) ? "<staged>" : what.TrimEnd([.. "0123456789"]))}";
        var key = $"{verb}, {state}: folder {what}";
        counts[key] = counts.GetValueOrDefault(key) + 1;
        // A recovery begins with one loop over all of them.
        if (verb == "Recover" && counts[key] == 1 && !path.StartsWith(SimulatedInstall.Root + "/.", StringComparison.Ordinal))
            return $"{verb}, {state}: touched folders #1";
        return $"{key} #{counts[key]}";
    }
}
