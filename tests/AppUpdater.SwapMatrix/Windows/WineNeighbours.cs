using System.Diagnostics;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>Other processes beside the swap: one that runs from the install, another bootstrapper. Each returns what went wrong, or null.</summary>
internal sealed class WineNeighbours(Wine wine, WindowsBuilds builds)
{
    /// <summary>An executable of the install under another name than the entry's; it shares no mark, and is seen by its path alone.</summary>
    private const string Helper = "helper.exe";

    internal async Task<string?> EndsInTimeAsync(WineScene scene, CancellationToken ct)
    {
        using var helper = await StartHelperAsync(scene, ct).ConfigureAwait(false);
        using var bootstrapper = wine.Start(Wine.Windows(scene.Bootstrapper), scene.Apply());
        await Task.Delay(TimeSpan.FromSeconds(2), ct).ConfigureAwait(false);
        var before = scene.State();
        await ReleaseAsync(scene, helper, ct).ConfigureAwait(false);
        await Wine.EndOfAsync(bootstrapper, ct).ConfigureAwait(false);
        await scene.QuietAsync(ct).ConfigureAwait(false);
        if (before != SwapState.Prepared)
            return $"it was not waited for: the swap was {before} while it ran";
        return Expect(scene, "new", "[2.0]");
    }

    internal async Task<string?> StaysAsync(WineScene scene, CancellationToken ct)
    {
        using var helper = await StartHelperAsync(scene, ct).ConfigureAwait(false);
        var (code, error) = await wine.RunAsync(Wine.Windows(scene.Bootstrapper), scene.ApplyAndStay(), ct).ConfigureAwait(false);
        var (state, outcome, runs) = (scene.State(), scene.Outcome, scene.Runs().Select(run => run.Version).ToArray());
        await ReleaseAsync(scene, helper, ct).ConfigureAwait(false);
        if (state != SwapState.Prepared || outcome?.Result != SwapResult.Pending || code != 0 || !runs.SequenceEqual(["[1.0]"]))
            return $"exit code {code}, started {string.Join(", ", runs)}: {error}; {scene.Told()}";
        if (!error.Contains(Helper, StringComparison.Ordinal) || outcome.Reason?.Contains(Helper, StringComparison.Ordinal) != true)
            return $"who is in the way is not named: {error}; {scene.Told()}";
        if (scene.Problem("old") is { } problem)
            return problem;
        await wine.RunAsync(Wine.Windows(scene.Bootstrapper), scene.Apply(), ct).ConfigureAwait(false);
        await scene.QuietAsync(ct).ConfigureAwait(false);
        return Expect(scene, "new", "[1.0]", "[2.0]");
    }

    /// <summary>One of them does it. The other waits, and starts what it finds, or says that there is nothing left to do.</summary>
    internal async Task<string?> AnotherBootstrapperAsync(WineScene scene, CancellationToken ct)
    {
        using var one = wine.Start(Wine.Windows(scene.Bootstrapper), scene.Apply());
        using var other = wine.Start(Wine.Windows(scene.Bootstrapper), scene.Apply());
        await Task.WhenAll(Wine.EndOfAsync(one, ct), Wine.EndOfAsync(other, ct)).ConfigureAwait(false);
        await scene.QuietAsync(ct).ConfigureAwait(false);
        var runs = scene.Runs().Length;
        return runs is 1 or 2
            ? Expect(scene, "new", [.. Enumerable.Repeat("[2.0]", runs)])
            : $"the app was started {runs} times; {scene.Told()}";
    }

    private async Task<Process> StartHelperAsync(WineScene scene, CancellationToken ct)
    {
        var file = Path.Join(scene.Layout.Root, Helper);
        File.Copy(builds.App, file);
        var helper = wine.Start(Wine.Windows(file), ["idle"]);
        return await helper.StandardOutput.ReadLineAsync(ct).ConfigureAwait(false) == "ready"
            ? helper
            : throw new InvalidOperationException($"{Helper} did not start: {await helper.StandardError.ReadToEndAsync(ct).ConfigureAwait(false)}");
    }

    private static async Task ReleaseAsync(WineScene scene, Process helper, CancellationToken ct)
    {
        helper.StandardInput.Close();
        await WineScene.UntilAsync(() => helper.HasExited, ct).ConfigureAwait(false);
        // No release knows it: it is not to be in either tree.
        File.Delete(Path.Join(scene.Layout.Root, Helper));
    }

    private static string? Expect(WineScene scene, string tree, params string[] versions) =>
        scene.Problem(tree)
        ?? (scene.State() is not null ? $"the swap is still there; {scene.Told()}" : null)
        ?? (scene.Runs().Select(run => run.Version).SequenceEqual(versions) ? null : $"started were {string.Join(", ", scene.Runs().Select(run => run.Version))}; {scene.Told()}");
}
