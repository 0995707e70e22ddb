using AppUpdater.Handover;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>The whole way, as a host goes it: the running app finds a release, stages it, ends for it and comes back; then rolls back.</summary>
internal sealed class WineUpdate(Wine wine, WineTrees trees, WindowsBuilds builds)
{
    internal async Task<string?> RunAsync(string folder, CancellationToken ct)
    {
        var template = new WinePublished(trees).Make(Path.Join(folder, "template"), "exit 0", Wine.Windows);
        using var scene = new WineScene(template, Path.Join(folder, "scene"));
        File.Copy(builds.Bootstrapper, Path.Join(folder, "scene", "AppUpdater.Bootstrapper.exe"));
        return await StepAsync(scene, "--update", "new", SwapResult.Confirmed, ["[1.0]", "[2.0]"], ct).ConfigureAwait(false)
            ?? await StepAsync(scene, "--rollback", "old", SwapResult.Confirmed, ["[1.0]", "[2.0]", "[2.0]", "[1.0]"], ct).ConfigureAwait(false);
    }

    private async Task<string?> StepAsync(WineScene scene, string verb, string tree, SwapResult result, string[] versions, CancellationToken ct)
    {
        var (code, error) = await wine.RunAsync(Wine.Windows(scene.Entry), [.. WineScene.Arguments, verb], ct).ConfigureAwait(false);
        if (!await scene.QuietAsync(ct).ConfigureAwait(false))
            return $"{verb}: processes still run after minutes; {scene.Told()}";
        var runs = scene.Runs();
        if (!runs.Select(run => run.Version).SequenceEqual(versions))
            return $"{verb}: started were {string.Join(", ", runs.Select(run => run.Version))}; exit code {code}: {error}; {scene.Told()}";
        if (runs.FirstOrDefault(run => !run.Words.AsSpan()[1..^1].SequenceEqual(WineScene.Arguments)).Words is { } words)
            return $"{verb}: the arguments arrived as {string.Join(" | ", words)}";
        if (scene.Tree() != tree || scene.Outcome?.Result != result)
            return $"{verb}: the tree is {scene.Tree()}; {scene.Told()}";
        return null;
    }
}
