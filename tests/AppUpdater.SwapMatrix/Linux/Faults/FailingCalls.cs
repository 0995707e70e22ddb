namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>
/// Each call of each kind that a swap makes, failing once; some of them failing from then on; and some that fail three times, as when a
/// scanner lets go of a file after a second.
/// </summary>
internal static class FailingCalls
{
    private const int CutAt = 4; // in the middle of the renames
    private static readonly string[] Errors = ["EIO", "EACCES", "ENOSPC", "EROFS"];

    // A file is written in pieces of 128 KiB: the gate alone makes many of them, and the first few tell all.
    private const int MostWrites = 6;

    // Mostly files that are read: every fourth is enough of them.
    private const int OpenStride = 4;

    private enum Step { Apply, Undo, Recovery }

    internal static async Task<IReadOnlyList<FaultCase>> CasesAsync(string temp, CancellationToken ct)
    {
        var cases = new List<FaultCase>();
        foreach (var step in Enum.GetValues<Step>())
        {
            var scene = await SceneAsync(Path.Join(temp, $"count-{step}"), step, ct);
            foreach (var (call, count) in await Injection.CountAsync(scene, Line(scene, step), ct))
                cases.AddRange(Of(step, call, call is "write" or "pwrite64" ? Math.Min(count, MostWrites) : count));
        }

        return cases;
    }

    private static IEnumerable<FaultCase> Of(Step step, string call, int count)
    {
        for (var number = 1; number <= count; number += call == "openat" ? OpenStride : 1)
            yield return Case(step, call, Errors[(number + (int)step) % Errors.Length], $"{number}");
        foreach (var number in new[] { 1, (count + 1) / 2, count }.Distinct())
            yield return Case(step, call, Errors[(number + (int)step + 1) % Errors.Length], $"{number}+");
        if (call is "rename" or "renameat2")
            yield return Case(step, call, "EACCES", "1..3");
    }

    private static FaultCase Case(Step step, string call, string error, string when)
    {
        var lasts = when.EndsWith('+');
        var fault = $"error={error}:when={when}";
        var often = lasts ? "from then on" : when.Contains("..", StringComparison.Ordinal) ? "three times" : "once";
        return new FaultCase($"{step}".ToLowerInvariant(), $"{call} fails {often}", $"{call}:{fault}", async (folder, ct) =>
        {
            var scene = await SceneAsync(folder, step, ct);
            var verdict = new FaultVerdict(scene, step == Step.Undo ? "1.0" : null);
            var run = await Injection.RunAsync(scene, call, fault, Line(scene, step), ct);
            if (run is null)
                return FaultCase.NotMet;
            return verdict.RightAfter(run, mayWait: lasts) ?? await verdict.AtNextStartAsync(ct);
        });
    }

    private static async Task<FaultScene> SceneAsync(string folder, Step step, CancellationToken ct)
    {
        var scene = new FaultScene(folder, folder + ".ran");
        scene.Install();
        scene.Prepare(step == Step.Undo ? "exit 9" : "exit 0");
        if (step == Step.Recovery)
            await Injection.RunAsync(scene, "renameat2", $"signal=KILL:when={CutAt}", [FaultScene.Bootstrapper, .. scene.Apply], ct);
        return scene;
    }

    private static IEnumerable<string> Line(FaultScene scene, Step step) =>
        [Path.Join(scene.Swap, "bootstrapper"), .. step == Step.Recovery ? scene.Recover : scene.Apply];
}
