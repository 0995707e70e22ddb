namespace AppUpdater.SwapMatrix.Windows;

/// <summary>One case to be run: its row in the table, and what runs it.</summary>
internal sealed record WineCase(string Step, string Cut, Func<CancellationToken, Task<string?>> RunAsync);

/// <summary>The trees and the pending swaps that the cases are copied from, and the list of cases.</summary>
internal sealed class WineStage
{
    private const int ApplyCuts = 32;
    private const int UndoCuts = 16;
    private const int RecoveryCuts = 16;

    private readonly Wine _wine;
    private readonly WindowsBuilds _builds;
    private readonly WineTrees _trees;
    private readonly string _temp;
    private readonly Dictionary<Plot, WineTemplate> _templates = [];
    private int _scenes;

    private WineStage(Wine wine, WindowsBuilds builds, string temp)
    {
        (_wine, _builds, _temp) = (wine, builds, temp);
        _trees = new WineTrees(Path.Join(temp, "trees"), builds);
        _trees.WriteOld();
    }

    /// <summary>How the new version behaves, and how it has to prove itself.</summary>
    private enum Plot { Good, Bad, FailsLate, Lives, Confirms, Hangs }

    internal static async Task<WineStage> MakeAsync(Wine wine, WindowsBuilds builds, string temp, CancellationToken ct)
    {
        var stage = new WineStage(wine, builds, temp);
        foreach (var plot in Enum.GetValues<Plot>())
            stage._templates[plot] = await stage.PrepareAsync(plot, ct).ConfigureAwait(false);
        return stage;
    }

    internal IEnumerable<WineCase> Cases(int seed)
    {
        var act = new WineScenarios(_wine, _builds.App);
        yield return new WineCase("update and rollback by the running app", "none", ct => new WineUpdate(_wine, _trees, _builds).RunAsync(NextFolder(), ct));
        yield return Of("apply", "none", Plot.Good, act.AppliedAsync);
        yield return Of("apply", "file held for a second", Plot.Good, act.HeldForASecondAsync);
        yield return Of("apply", "file held for good", Plot.Good, act.HeldForGoodAsync);
        yield return Of("apply", "library loaded elsewhere", Plot.Good, (scene, ct) => act.LoadedAsync(scene, act.AppliedAsync, ct));
        yield return Of("undo", "library loaded elsewhere", Plot.Bad, (scene, ct) => act.LoadedAsync(scene, act.UndoneAsync, ct));
        yield return Of("undo", "file held, then released", Plot.FailsLate, act.HeldInTheUndoAsync);
        yield return Of("probation", "bad exit", Plot.Bad, act.UndoneAsync);
        yield return Of("probation", "hang", Plot.Hangs, act.UndoneAsync);
        yield return Of("probation", "lives on", Plot.Lives, act.AppliedAsync);
        yield return Of("probation", "confirmed by call", Plot.Confirms, act.AppliedAsync);
        for (var cut = 0; cut < ApplyCuts; cut++)
            yield return Kill("apply", Plot.Good, seed + cut, cut % 3 == 0 ? (kills, scene, ct) => kills.ApplyAsync(scene, atWork: false, ct) : (kills, scene, ct) => kills.ApplyAsync(scene, atWork: true, ct));
        for (var cut = 0; cut < UndoCuts; cut++)
            yield return Kill("undo", Plot.Bad, seed + ApplyCuts + cut, (kills, scene, ct) => kills.UndoAsync(scene, ct));
        for (var cut = 0; cut < RecoveryCuts; cut++)
            yield return Kill("recovery", Plot.Good, seed + ApplyCuts + UndoCuts + cut, (kills, scene, ct) => kills.RecoveryAsync(scene, ct));
    }

    private WineCase Kill(string step, Plot plot, int seed, Func<WineKills, WineScene, CancellationToken, Task<string?>> run) =>
        Of(step, "ended at a random moment", plot, (scene, ct) => run(new WineKills(_wine, new Random(seed)), scene, ct));

    private WineCase Of(string step, string cut, Plot plot, Func<WineScene, CancellationToken, Task<string?>> run) => new(step, cut, async ct =>
    {
        using var scene = new WineScene(_templates[plot], NextFolder());
        return await run(scene, ct).ConfigureAwait(false);
    });

    private string NextFolder() => Path.Join(_temp, $"scene {Interlocked.Increment(ref _scenes)}");

    private async Task<WineTemplate> PrepareAsync(Plot plot, CancellationToken ct)
    {
        var (behaviour, confirm, seconds) = plot switch
        {
            Plot.Good => ("exit 0", "alive", "20"),
            Plot.Bad => ("exit 9", "alive", "20"),
            Plot.FailsLate => ("fail 4000", "alive", "20"),
            Plot.Lives => ("stay 2500", "alive", "1"),
            Plot.Confirms => ("confirm 0", "call", "20"),
            _ => ("stay 60000", "call", "1"),
        };
        var template = Path.Join(_temp, $"template {plot}");
        var install = Path.Join(template, "app");
        WineScene.Copy(_trees.Old, install);
        WineTrees.WriteUsers(install);
        var old = WineTrees.WithUsers(_trees.Old, install);
        var @new = WineTrees.WithUsers(_trees.New(behaviour), install);
        string[] prepare = ["prepare", Wine.Windows(install), Wine.Windows(_trees.New(behaviour)), Wine.Windows(_builds.Bootstrapper), confirm, seconds];
        var (code, error) = await _wine.RunAsync(Wine.Windows(_builds.App), prepare, ct).ConfigureAwait(false);
        return code == 0 ? new WineTemplate(template, old, @new) : throw new InvalidOperationException($"The swap {plot} could not be prepared ({code}): {error}");
    }
}
