using AppUpdater.Core.Swap;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>
/// What a user finds after a cut, and what comes of it when he starts the app: by its own executable, which may be the gate, or by the
/// launcher. Then by the launcher, which leaves nothing to do, and once more.
/// </summary>
internal sealed class AfterCut(Scene scene, bool isExact, AppVersion old, AppVersion fresh)
{
    private const int BadVersion = 9;

    private readonly string _oldTree = old.Tree(isExact);
    private readonly string _newTree = fresh.Tree(isExact);

    /// <summary>What is wrong, or null. <paramref name="end"/> is the version that must be there in the end; null for either.</summary>
    internal async Task<string?> ProblemAsync(bool byEntry, AppVersion? end, CancellationToken ct)
    {
        if (scene.ProblemAtOnce(old, fresh) is { } atOnce)
            return $"right after the cut: {atOnce}";
        if (await StartAsync(byEntry ? scene.App : scene.Launcher, ct) is { } first)
            return $"first start, by {(byEntry ? "its own executable" : "the launcher")}: {first}";
        // What has no updater in it leaves a pending or an unproven version to the launcher, and all that is still on the server.
        if ((byEntry || scene.Store.Find() is not null) && await StartAsync(scene.Launcher, ct) is { } second)
            return $"second start, by the launcher: {second}";
        if (scene.Store.Find() is { } left)
            return $"a swap is left: {left.State}";
        var tree = scene.Tree(isExact);
        if (end is not null && tree != end.Tree(isExact))
            return $"it should be version {end.Number} in the end: {Differences(tree)}";
        if (await StartAsync(byEntry ? scene.Launcher : scene.App, ct) is { } third)
            return $"a further start: {third}";
        return scene.Tree(isExact) == tree && scene.Store.Find() is null ? null : "a further start changed something";
    }

    /// <summary>A start as a user makes it. What ran, what lies there and how it ended must tell of one and the same version.</summary>
    private async Task<string?> StartAsync(string program, CancellationToken ct)
    {
        var before = scene.Runs?.Length ?? 0;
        var ended = await Run.ToEndAsync(program, KillStories.Arguments, ct);
        if (scene.ProblemAtOnce(old, fresh) is { } problem)
            return $"{problem}. {ended.Error}";
        // Ended before the gate was shut, the app without an updater in it runs, and its tree must be whole as any other.
        if (program == scene.Launcher && scene.Store.Find() is { State: SwapState.Applying or SwapState.Undoing } unfinished)
            return $"the swap is {unfinished.State}. {ended.Error}";
        if (VersionOf(scene.Tree(isExact)) is not { } version)
            return $"neither version is whole: {Differences(scene.Tree(isExact))}. {ended.Error}";
        if (scene.Runs is not { Length: > 0 } runs || runs.Length == before || runs[^1] != $"{version.Report} {string.Join(' ', KillStories.Arguments)}")
            return $"version {version.Number} lies there, and what ran is \"{scene.Runs?.LastOrDefault()}\" (code {ended.Code}). {ended.Error}";
        return ended.Code is 0 or BadVersion && ended.Code == ExitOf(version) ? null : $"exit code {ended.Code}. {ended.Error}";
    }

    private static int ExitOf(AppVersion version) =>
        version.Files["lib/code"].Text.Contains($"exit {BadVersion}", StringComparison.Ordinal) ? BadVersion : 0;

    private AppVersion? VersionOf(string tree) => tree == _oldTree ? old : tree == _newTree ? fresh : null;

    private string Differences(string tree)
    {
        var (lines, olds, news) = (tree.Split('\n'), _oldTree.Split('\n'), _newTree.Split('\n'));
        return $"neither in both: [{string.Join("; ", lines.Except(olds).Except(news))}]; of the old alone: [{string.Join("; ", lines.Intersect(olds).Except(news))}]; "
            + $"of the new alone: [{string.Join("; ", lines.Intersect(news).Except(olds))}]; missing of both: [{string.Join("; ", olds.Intersect(news).Except(lines))}]";
    }
}
