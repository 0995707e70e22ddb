using AppUpdater.Core.Swap;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>Something that is ended at each of its calls: where it starts from, what is run, and what may be found afterwards.</summary>
/// <param name="Step">Its row in the table.</param>
/// <param name="Prepare">Makes the scene, in which nothing runs.</param>
/// <param name="Command">What is run and killed: program and arguments.</param>
/// <param name="Old">Found whole, or</param>
/// <param name="New">found whole.</param>
/// <param name="End">What it is in the end, once the launcher has had its way.</param>
internal sealed record KillStory(
    string Step, Func<Scene, CancellationToken, Task> Prepare, Func<Scene, string[]> Command, AppVersion Old, AppVersion New, AppVersion End)
{
    /// <summary>Every how manieth call is one to end it at.</summary>
    internal int Stride { get; init; } = 1;

    /// <summary>
    /// True where names hold chance and several threads share the work: each is ended at its first call of a name, its second…, and
    /// not each call is met. What it becomes once the swap is on is left to the other stories.
    /// </summary>
    internal bool IsByChance { get; init; }

    /// <summary>True where an undo is on from the start: the version that failed must not run again.</summary>
    internal bool IsUndoing { get; init; }

    /// <summary>False where the files come from a server's folder, which does not tell modes.</summary>
    internal bool IsExact { get; init; } = true;
}

/// <summary>The stories: an update from its first byte to its last, the way back, and the recovery of both.</summary>
internal sealed class KillStories(string folder)
{
    private const int CutTries = 5;
    private const string Apply = "apply";
    private const string Undo = "undo after probation";

    private static readonly AppVersion One = AppVersion.Of(1);
    private static readonly AppVersion Two = AppVersion.Of(2);
    private static readonly AppVersion Bad = AppVersion.Of(2, exitCode: 9);
    private static readonly AppVersion OneOfSame = AppVersion.Of(1, isEntryTheSame: true);
    private static readonly AppVersion TwoOfSame = AppVersion.Of(2, isEntryTheSame: true);
    private static readonly AppVersion BadOfSame = AppVersion.Of(2, exitCode: 9, isEntryTheSame: true);

    private string NoServer => Path.Join(folder, "no server");

    internal IEnumerable<KillStory> All()
    {
        yield return Served("fetch and prepare by the launcher", scene => [scene.Launcher, .. Arguments]);
        yield return Served("fetch and prepare by the command line", scene => ["sh", "-c", "exec \"$@\" > /dev/null", "sh", "dotnet", Programs.Cli, "update", "--config", scene.Settings]) with { Stride = 4 };
        var apply = Applied(Apply, One, Two);
        yield return apply;
        var same = Applied("apply, entry unchanged", OneOfSame, TwoOfSame);
        yield return same;
        yield return Judged("confirm", One, Two, Two);
        var undo = Judged(Undo, One, Bad, One);
        yield return undo;
        var sameUndo = Judged("undo after probation, entry unchanged", OneOfSame, BadOfSame, OneOfSame);
        yield return sameUndo with { Stride = 2 };
        yield return RolledBack();
        foreach (var cut in new[] { 0.25, 0.5, 0.75 })
            yield return Recovered("recovery of a cut apply", apply, cut, SwapState.Applying);
        yield return Recovered("recovery of a cut recovery", Recovered("recovery", apply, 0.2, SwapState.Applying), 0.4, SwapState.Applying);
        yield return Recovered("recovery of a cut apply, entry unchanged", same, 0.5, SwapState.Applying);
        foreach (var cut in new[] { 0.3, 0.5, 0.7 })
            yield return Recovered("recovery of a cut undo", undo, cut, SwapState.Undoing);
        yield return Recovered("recovery of a cut recovery", Recovered("recovery", undo, 0.2, SwapState.Undoing), 0.4, SwapState.Undoing);
        yield return Recovered("recovery of a cut undo, entry unchanged", sameUndo, 0.5, SwapState.Undoing);
    }

    /// <summary>From a server's folder: fetched and prepared; whoever does so becomes or starts the bootstrapper, which swaps and watches.</summary>
    private KillStory Served(string step, Func<Scene, string[]> command)
    {
        var (one, two) = (AppVersion.Of(1, hasTurns: false), AppVersion.Of(2, hasTurns: false));
        var (first, next) = (Serve(one), Serve(two));

        // The first update takes the files there were for its own; without it the second would remove nothing.
        async Task Adopt(Scene scene, CancellationToken ct)
        {
            await AdoptAsync(scene, one, first, ct);
            scene.Ask(next);
        }

        return new KillStory(step, Adopt, command, one, two, two)
        {
            IsExact = false,
            IsByChance = true,
        };
    }

    private static async Task AdoptAsync(Scene scene, AppVersion version, string server, CancellationToken ct)
    {
        scene.Install(version, server);
        scene.LeaveToUpdater();
        await Run.ToEndAsync(scene.Launcher, Arguments, ct);
        Expect(scene, null, "the first update should be over");
    }

    private string Serve(AppVersion version)
    {
        var server = Path.Join(folder, $"server {version.Number}");
        version.WriteTo(server);
        File.WriteAllText(Path.Join(server, "version.ini"), $"[version]\nformat = 1\napp = test\nversion = {version.Number}.0.0\n");
        return server;
    }

    private KillStory Applied(string step, AppVersion from, AppVersion to) => new(
        step, (scene, ct) => Task.Run(() => Pending(scene, from, to), ct), scene => [SwapBootstrapper(scene), .. ApplyArguments(scene)], from, to, to);

    /// <summary>The new version is in place; the launcher starts it, watches it, and confirms or undoes.</summary>
    private KillStory Judged(string step, AppVersion from, AppVersion to, AppVersion end)
    {
        async Task Commit(Scene scene, CancellationToken ct)
        {
            Pending(scene, from, to);
            var applied = await Run.ToEndAsync(SwapBootstrapper(scene), ApplyArguments(scene), ct);
            Expect(scene, SwapState.Committed, applied.Error);
        }

        return new KillStory(step, Commit, scene => [scene.Launcher, .. Arguments], from, to, end);
    }

    /// <summary>The server still has the version that is left, and it must not come back.</summary>
    private KillStory RolledBack()
    {
        var (one, two) = (AppVersion.Of(1, hasTurns: false), AppVersion.Of(2, hasTurns: false));
        var (first, next) = (Serve(one), Serve(two));
        async Task Stage(Scene scene, CancellationToken ct)
        {
            await AdoptAsync(scene, one, first, ct);
            scene.Ask(next);
            var updated = await Run.ToEndAsync(scene.Launcher, Arguments, ct);
            await using var updater = UpdateManager.FromSettings(scene.Settings, new UpdateOptions { Bootstrapper = Scene.Bootstrapper });
            if (await updater.StageRollbackAsync(null, ct) is null)
                throw new InvalidOperationException($"There is no way back. {updated.Error}");
        }

        return new KillStory("rollback by the launcher", Stage, scene => [scene.Launcher, .. Arguments], two, one, one) { IsExact = false, Stride = 2 };
    }

    /// <summary>An earlier story was ended at a call somewhere in its middle; what takes it up again is ended in its turn.</summary>
    private KillStory Recovered(string step, KillStory cut, double where, SwapState state)
    {
        async Task Cut(Scene scene, CancellationToken ct)
        {
            var probe = new Scene(scene.Root + " to count");
            await cut.Prepare(probe, ct);
            var chosen = KillPlan.During(state, await new Strace(probe).ListAsync(cut.Command(probe), ct), where);
            Directory.Delete(probe.Root, recursive: true);
            for (var left = CutTries; left > 0; left--)
            {
                await cut.Prepare(scene, ct);
                if (await new Strace(scene).KillAsync(chosen, cut.Command(scene), ct) is not null && scene.Store.Find()?.State == state)
                    return;
                // Another thread than the first time was at it.
                Directory.Delete(scene.Root, recursive: true);
            }

            throw new InvalidOperationException($"{cut.Step} was not cut while {state}, at {chosen}.");
        }

        string[] Recover(Scene scene) => [SwapBootstrapper(scene), "recover", "--install", scene.Layout.Root, "--wait-for", "60s", "--", .. Arguments];
        return cut with { Step = step, Prepare = Cut, Command = Recover, Stride = 6, IsUndoing = state == SwapState.Undoing };
    }

    private void Pending(Scene scene, AppVersion from, AppVersion to)
    {
        Directory.CreateDirectory(NoServer);
        scene.Install(from, NoServer);
        scene.Prepare(from, to);
    }

    internal static string[] Arguments { get; } = ["--name", "two words"];

    private static string SwapBootstrapper(Scene scene) => Path.Join(scene.Layout.Swaps, Scene.SwapId, "bootstrapper");

    private static string[] ApplyArguments(Scene scene) =>
        ["apply", "--install", scene.Layout.Root, "--swap", Scene.SwapId, "--wait-for", "60s", "--", .. Arguments];

    private static void Expect(Scene scene, SwapState? state, string otherwise)
    {
        if (scene.Store.Find()?.State != state)
            throw new InvalidOperationException($"The swap should be {state} and is {scene.Store.Find()?.State}: {otherwise}");
    }
}
