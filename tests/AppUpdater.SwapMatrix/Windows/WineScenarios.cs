using System.Diagnostics;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>What Windows alone does to an update, one after the other with its expected end. Each returns what went wrong, or null.</summary>
internal sealed class WineScenarios(Wine wine, string tool)
{
    internal async Task<string?> AppliedAsync(WineScene scene, CancellationToken ct)
    {
        var (code, error) = await ApplyAsync(scene, ct).ConfigureAwait(false);
        return Expect(scene, "new", SwapResult.Confirmed, "[2.0]") ?? (code == 0 ? null : $"exit code {code}: {error}");
    }

    internal async Task<string?> UndoneAsync(WineScene scene, CancellationToken ct)
    {
        var (code, error) = await ApplyAsync(scene, ct).ConfigureAwait(false);
        return Expect(scene, "old", SwapResult.Undone, "[2.0]", "[1.0]")
            ?? (error.Contains("Going back to 1.0", StringComparison.Ordinal) ? null : $"exit code {code}, and it says nothing of the way back: {error}");
    }

    /// <summary>A virus scanner: it lets go after a second.</summary>
    internal async Task<string?> HeldForASecondAsync(WineScene scene, CancellationToken ct)
    {
        var holder = await HoldAsync("hold", scene, WineTrees.Long, ct).ConfigureAwait(false);
        using var bootstrapper = wine.Start(Wine.Windows(scene.Bootstrapper), scene.Apply());
        await Task.Delay(TimeSpan.FromSeconds(1.5), ct).ConfigureAwait(false);
        await ReleaseAsync(holder, ct).ConfigureAwait(false);
        await Wine.EndOfAsync(bootstrapper, ct).ConfigureAwait(false);
        await scene.QuietAsync(ct).ConfigureAwait(false);
        return Expect(scene, "new", SwapResult.Confirmed, "[2.0]");
    }

    internal async Task<string?> HeldForGoodAsync(WineScene scene, CancellationToken ct)
    {
        var holder = await HoldAsync("hold", scene, WineTrees.Long, ct).ConfigureAwait(false);
        var (code, error) = await wine.RunAsync(Wine.Windows(scene.Bootstrapper), scene.Apply(), ct).ConfigureAwait(false);
        await WineScene.UntilAsync(() => scene.Runs().Length > 0, ct).ConfigureAwait(false);
        var runs = scene.Runs().Select(run => run.Version).ToArray();
        var (state, outcome) = (scene.State(), scene.Outcome);
        await ReleaseAsync(holder, ct).ConfigureAwait(false);
        if (state != SwapState.Prepared || outcome?.Result != SwapResult.Pending || code != 6 || !runs.SequenceEqual(["[1.0]"]))
            return $"exit code {code}, started {string.Join(", ", runs)}: {error}; {scene.Told()}";
        if (!error.Contains(Path.GetFileName(WineTrees.Long), StringComparison.Ordinal))
            return $"the file in use is not named: {error}";
        await scene.QuietAsync(ct).ConfigureAwait(false);
        if (scene.Problem("old") is { } problem)
            return problem;
        await ApplyAsync(scene, ct).ConfigureAwait(false);
        return Expect(scene, "new", SwapResult.Confirmed, "[1.0]", "[2.0]");
    }

    /// <summary>The new version fails, and a file of it is held: the gate stays, and the next start after that goes all the way back.</summary>
    internal async Task<string?> HeldInTheUndoAsync(WineScene scene, CancellationToken ct)
    {
        using var bootstrapper = wine.Start(Wine.Windows(scene.Bootstrapper), scene.Apply());
        await WineScene.UntilAsync(() => scene.Runs().Length > 0 || bootstrapper.HasExited, ct).ConfigureAwait(false);
        var holder = await HoldAsync("hold", scene, WineTrees.Long, ct).ConfigureAwait(false);
        var (_, error) = await Wine.EndOfAsync(bootstrapper, ct).ConfigureAwait(false);
        var (state, outcome) = (scene.State(), scene.Outcome);
        var isGated = WineTrees.HashOf(scene.Entry) == WineTrees.HashOf(scene.Bootstrapper);
        await ReleaseAsync(holder, ct).ConfigureAwait(false);
        if (state != SwapState.Undoing || outcome?.Result != SwapResult.Blocked || !isGated || !error.Contains(Path.GetFileName(WineTrees.Long), StringComparison.Ordinal))
            return $"it was not blocked behind the gate ({isGated}): {error}; {scene.Told()}";
        await wine.RunAsync(Wine.Windows(scene.Entry), WineScene.Arguments, ct).ConfigureAwait(false);
        await scene.QuietAsync(ct).ConfigureAwait(false);
        return Expect(scene, "old", SwapResult.Undone, "[2.0]", "[1.0]");
    }

    /// <summary>A library that another process has loaded can't be replaced, but renamed out of the way, there and back.</summary>
    internal async Task<string?> LoadedAsync(WineScene scene, Func<WineScene, CancellationToken, Task<string?>> scenario, CancellationToken ct)
    {
        var holder = await HoldAsync("map", scene, "library.dll", ct).ConfigureAwait(false);
        var problem = await scenario(scene, ct).ConfigureAwait(false);
        await ReleaseAsync(holder, ct).ConfigureAwait(false);
        return problem;
    }

    private async Task<(int Code, string Error)> ApplyAsync(WineScene scene, CancellationToken ct)
    {
        var end = await wine.RunAsync(Wine.Windows(scene.Bootstrapper), scene.Apply(), ct).ConfigureAwait(false);
        await scene.QuietAsync(ct).ConfigureAwait(false);
        return end;
    }

    private static string? Expect(WineScene scene, string tree, SwapResult result, params string[] versions) =>
        scene.Problem(tree)
        ?? (scene.Outcome?.Result != result ? $"the outcome is not {result}; {scene.Told()}" : null)
        ?? (scene.State() is not null ? $"the swap is still there; {scene.Told()}" : null)
        ?? (scene.Runs().Select(run => run.Version).SequenceEqual(versions)
            ? null
            : $"started were {string.Join(", ", scene.Runs().Select(run => run.Version))}, not {string.Join(", ", versions)}; {scene.Told()}");

    private async Task<Process> HoldAsync(string how, WineScene scene, string file, CancellationToken ct)
    {
        var holder = wine.Start(Wine.Windows(tool), [how, Wine.Windows(Path.Join(scene.Layout.Root, file))]);
        return await holder.StandardOutput.ReadLineAsync(ct).ConfigureAwait(false) == "ready"
            ? holder
            : throw new InvalidOperationException($"{file} could not be held: {await holder.StandardError.ReadToEndAsync(ct).ConfigureAwait(false)}");
    }

    private static async Task ReleaseAsync(Process holder, CancellationToken ct)
    {
        holder.StandardInput.Close();
        await Polling.UntilAsync(() => holder.HasExited, TimeSpan.FromMinutes(2), TimeProvider.System, ct).ConfigureAwait(false);
        holder.Dispose();
    }
}
