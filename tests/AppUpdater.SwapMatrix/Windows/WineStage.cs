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
        var beside = new WineNeighbours(_wine, _builds);
        yield return new WineCase("update and rollback by the running app", "none", ct => new WineUpdate(_wine, _trees, _builds).RunAsync(NextFolder(), ct));
        foreach (var one in Launches())
            yield return one;
        yield return Of("apply", "none", Plot.Good, act.AppliedAsync);
        yield return Of("apply", "file held for a second", Plot.Good, act.HeldForASecondAsync);
        yield return Of("apply", "file held for good", Plot.Good, act.HeldForGoodAsync);
        yield return Of("apply", "library loaded elsewhere", Plot.Good, (scene, ct) => act.LoadedAsync(scene, act.AppliedAsync, ct));
        yield return Of("undo", "library loaded elsewhere", Plot.Bad, (scene, ct) => act.LoadedAsync(scene, act.UndoneAsync, ct));
        yield return Of("undo", "file held, then released", Plot.FailsLate, act.HeldInTheUndoAsync);
        yield return Marks("apply", Plot.Good, act.AppliedAsync);
        yield return Marks("undo", Plot.Bad, act.UndoneAsync);
        yield return Of("apply", "another program of the install runs, and ends", Plot.Good, beside.EndsInTimeAsync);
        yield return Of("apply", "another program of the install stays", Plot.Good, beside.StaysAsync);
        yield return Of("apply", "another bootstrapper at once", Plot.Good, beside.AnotherBootstrapperAsync);
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

    private IEnumerable<WineCase> Launches()
    {
        var launches = new WineLaunches(_wine, _trees, _builds);
        _trees.New(WineLaunches.Behaviour); // made before several cases ask for it at once
        yield return new WineCase("update by the launcher", "none", ct => launches.UpdatesAsync(NextFolder(), ct));
        yield return new WineCase("update by the launcher", "no such folder", ct => launches.OfflineAsync(NextFolder(), "file:///Z:/there/is/no/such/folder", ct));
        yield return new WineCase("update by the launcher", "no server", ct => launches.OfflineAsync(NextFolder(), "ftp://127.0.0.1:1/", ct));
        yield return new WineCase("update by the launcher", "another one at once", ct => launches.TwiceAtOnceAsync(NextFolder(), ct));
    }

    private WineCase Marks(string step, Plot plot, Func<WineScene, CancellationToken, Task<string?>> scenario) => new(step, "files read-only and hidden", async ct =>
    {
        var folder = NextFolder();
        Lay(folder + " bare");
        using var scene = new WineScene(_templates[plot] with { Folder = folder + " bare" }, folder);
        return await new WineMarks(_wine, _builds.App).KeptAsync(scene, stop => PrepareAsync(plot, scene.Layout.Root, stop), scenario, ct).ConfigureAwait(false);
    });

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
        var template = Path.Join(_temp, $"template {plot}");
        var install = Lay(template);
        var old = WineTrees.WithUsers(_trees.Old, install);
        var @new = WineTrees.WithUsers(_trees.New(Behaviour(plot)), install);
        await PrepareAsync(plot, install, ct).ConfigureAwait(false);
        return new WineTemplate(template, old, @new);
    }

    /// <summary>The old version with the user's files in it, as a folder's <c>app</c>.</summary>
    private string Lay(string folder)
    {
        var install = Path.Join(folder, "app");
        WineScene.Copy(_trees.Old, install);
        WineTrees.WriteUsers(install);
        return install;
    }

    private async Task PrepareAsync(Plot plot, string install, CancellationToken ct)
    {
        var (confirm, seconds) = plot switch
        {
            Plot.Lives => ("alive", "1"),
            Plot.Confirms => ("call", "120"),
            Plot.Hangs => ("call", "1"),
            _ => ("alive", "120"),
        };
        string[] prepare = ["prepare", Wine.Windows(install), Wine.Windows(_trees.New(Behaviour(plot))), Wine.Windows(_builds.Bootstrapper), confirm, seconds];
        var (code, error) = await _wine.RunAsync(Wine.Windows(_builds.App), prepare, ct).ConfigureAwait(false);
        if (code != 0)
            throw new InvalidOperationException($"The swap {plot} could not be prepared ({code}): {error}");
    }

    private static string Behaviour(Plot plot) => plot switch
    {
        Plot.Good => "exit 0",
        Plot.Bad => "exit 9",
        Plot.FailsLate => "fail 15000", // long enough to take hold of a file meanwhile
        Plot.Lives => "stay 2500",
        Plot.Confirms => "confirm 0",
        _ => "stay 60000",
    };
}
