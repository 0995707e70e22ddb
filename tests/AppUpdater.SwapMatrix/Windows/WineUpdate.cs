using AppUpdater.Handover;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>The whole way, as a host goes it: the running app finds a release, stages it, ends for it and comes back; then rolls back.</summary>
internal sealed class WineUpdate(Wine wine, WineTrees trees, WindowsBuilds builds)
{
    internal async Task<string?> RunAsync(string folder, CancellationToken ct)
    {
        var template = Install(Path.Join(folder, "template"));
        using var scene = new WineScene(template, Path.Join(folder, "scene"));
        File.Copy(builds.Bootstrapper, Path.Join(folder, "scene", "AppUpdater.Bootstrapper.exe"));
        return await StepAsync(scene, "--update", "new", SwapResult.Confirmed, ["[1.0]", "[2.0]"], ct).ConfigureAwait(false)
            ?? await StepAsync(scene, "--rollback", "old", SwapResult.Confirmed, ["[1.0]", "[2.0]", "[2.0]", "[1.0]"], ct).ConfigureAwait(false);
    }

    private async Task<string?> StepAsync(WineScene scene, string verb, string tree, SwapResult result, string[] versions, CancellationToken ct)
    {
        var (code, error) = await wine.RunAsync(Wine.Windows(scene.Entry), [.. WineScene.Arguments, verb], ct).ConfigureAwait(false);
        if (!await scene.QuietAsync(ct).ConfigureAwait(false))
            return $"{verb}: processes still run after a minute; {scene.Told()}";
        var runs = scene.Runs();
        if (!runs.Select(run => run.Version).SequenceEqual(versions))
            return $"{verb}: started were {string.Join(", ", runs.Select(run => run.Version))}; exit code {code}: {error}; {scene.Told()}";
        if (runs.FirstOrDefault(run => !run.Words.AsSpan()[1..^1].SequenceEqual(WineScene.Arguments)).Words is { } words)
            return $"{verb}: the arguments arrived as {string.Join(" | ", words)}";
        if (scene.Tree() != tree || scene.Outcome?.Result != result)
            return $"{verb}: the tree is {scene.Tree()}; {scene.Told()}";
        return null;
    }

    private WineTemplate Install(string folder)
    {
        var (install, server) = (Path.Join(folder, "app"), Path.Join(folder, "server"));
        WineScene.Copy(trees.New("exit 0"), server);
        // Nothing says that this install's files are the updater's: none of them is removed.
        Directory.CreateDirectory(Path.Join(server, "gone"));
        File.Copy(Path.Join(trees.Old, "gone", "only.txt"), Path.Join(server, "gone", "only.txt"));
        File.WriteAllText(Path.Join(server, "version.ini"), "[version]\nformat = 1\napp = test\nversion = 2.0.0\n");
        WineScene.Copy(trees.Old, install);
        // A plain tree is compared by size and time.
        foreach (var file in Directory.EnumerateFiles(server, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddDays(1));
        File.WriteAllText(Path.Join(install, "version.ini"), "[version]\nformat = 1\napp = test\nversion = 1.0.0\n");
        var old = WineTrees.Read(install);
        var @new = WineTrees.Read(server);
        WineTrees.WriteUsers(install);
        File.WriteAllText(
            Path.Join(install, "dato.ini"),
            $"[server]\nurl = {Wine.Windows(server)}\n[install]\napp = test\nrun = app\nprotect = saves/**, notes.txt\n[trust]\nallow_unsigned = true\n[update]\nconfirm_within = 2s\n");
        foreach (var (path, hash) in WineTrees.Read(install).Where(file => !old.ContainsKey(file.Key)))
            (old[path], @new[path]) = (hash, hash);
        return new WineTemplate(folder, old, @new);
    }
}
