using System.Runtime.CompilerServices;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>
/// A real app with the library in it, whose executable is the same in both versions: it finds the update, stages it and hands over. It, or the
/// bootstrapper it started, is killed at some of the calls on the way; then the app is started as a user would.
/// </summary>
internal sealed class SampleKills(string folder)
{
    internal const string Step = "the sample app updates itself";

    private const string Entry = "SampleApp";
    private const int Cases = 12;
    private const int AtOnce = 2;
    private const int StartsAtMost = 4;
    private static readonly TimeSpan QuietWithin = TimeSpan.FromMinutes(5);

    private string Server => Path.Join(folder, "server");

    internal async IAsyncEnumerable<MatrixCase> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var template = new Scene(Path.Join(folder, "template"));
        await CopyAsync(await SampleBuilds.OfAsync("1.1.0", ct), Server, ct);
        await CopyAsync(await SampleBuilds.OfAsync("1.0.0", ct), template.Layout.Root, ct);
        await SetUpAsync(template, ct);
        var (old, fresh) = (Tree(template.Layout.Root), Tree(Server));
        var whole = await template.CopyAsync(Path.Join(folder, "whole"), ct);
        var calls = await new Strace(whole).ListAsync(Start(whole), ct);
        if (await QuietAsync(whole, ct) is not null || Tree(whole.Layout.Root) != fresh)
        {
            yield return new MatrixCase(Step, "set up", $"The update did not go through without a cut. {await File.ReadAllTextAsync(Said(whole), ct)}");
            yield break;
        }

        // Once it is committed the new version runs, and killed then it has failed.
        var places = KillPlan.Of([.. calls.TakeWhile(call => !call.Paths.Any(path => path.EndsWith("/journal-committed", StringComparison.Ordinal)))], isByName: true);
        var chosen = Enumerable.Range(0, Math.Min(Cases, places.Length)).Select(number => places[number * places.Length / Math.Min(Cases, places.Length)]).ToArray();
        Console.WriteLine($"{Step}: {calls.Length} calls, {chosen.Length} of them tried");
        var tried = new MatrixCase?[chosen.Length];
        await Parallel.ForAsync(0, chosen.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (number, stop) =>
            tried[number] = await TryAsync(template, chosen[number], number, old, fresh, stop));
        foreach (var one in tried.OfType<MatrixCase>())
            yield return one;
    }

    private async Task<MatrixCase?> TryAsync(Scene template, KillAt at, int number, string old, string fresh, CancellationToken ct)
    {
        var copy = Path.Join(folder, $"case {number}");
        string? failure;
        try
        {
            var scene = await template.CopyAsync(copy, ct);
            var met = await new Strace(scene).KillAsync(at, Start(scene), ct);
            failure = await ProblemAsync(scene, old, fresh, ct);
            if (met is null && failure is null)
                return null; // threads share the work as chance has it: it was through before it came to this call
        }
        catch (Exception e) when (e is IOException or UpdateException or TimeoutException or UnauthorizedAccessException or InvalidOperationException)
        {
            failure = $"{e.GetType().Name}: {e.Message}";
        }

        if (failure is null)
            Directory.Delete(copy, recursive: true);
        return new MatrixCase(Step, $"killed at {at.Name}", failure is null ? null : $"{at}: {failure.ReplaceLineEndings(" ")} Kept in {copy}.");
    }

    private static async Task<string?> ProblemAsync(Scene scene, string old, string fresh, CancellationToken ct)
    {
        var mine = Path.Join(scene.Layout.Root, "saves", "mine");
        for (var starts = 1; starts <= StartsAtMost; starts++)
        {
            if (!File.Exists(mine) || await File.ReadAllTextAsync(mine, ct) != "the user's")
                return "the user's saves/mine is gone or changed";
            var before = Starts(scene);
            await Run.ToEndAsync(Start(scene)[0], Start(scene)[1..], ct);
            if (await QuietAsync(scene, ct) is { } unfinished)
                return $"start {starts}: {unfinished}";
            var tree = Tree(scene.Layout.Root);
            var here = tree == fresh ? "1.1.0" : "1.0.0";
            if (tree != old && tree != fresh)
                return $"start {starts}: neither version is whole";
            if (Starts(scene) is var after && (after.Length == before.Length || after[^1] != here))
                return $"start {starts}: {after.LastOrDefault()} ran last, and {here} lies there";
            // A new version that was killed on probation has failed, and is not offered again.
            if ((tree == fresh && before.LastOrDefault() == "1.1.0") || (tree == old && File.Exists(scene.Layout.Trust)))
                return null;
        }

        return $"it is not the new version after {StartsAtMost} starts";
    }

    /// <summary>What is still going on after minutes, or null.</summary>
    private static async Task<string?> QuietAsync(Scene scene, CancellationToken ct)
    {
        string? going = null;
        bool IsQuiet()
        {
            try
            {
                going = scene.Store.Find() is { State: not SwapState.Prepared } swap ? $"the swap is {swap.State}"
                    : InstallProcesses.Under(scene.Layout, []) is [var one, ..] ? $"process {one.Id} still runs"
                    : InstallLock.HolderOf(scene.Files, scene.Layout) is { } updater && InstallProcesses.ExecutableOf(updater) is not null ? $"process {updater} is about to swap"
                    : null;
            }
            catch (UpdateException e)
            {
                going = e.Message; // it is being renamed
            }

            return going is null;
        }

        await Polling.UntilAsync(IsQuiet, QuietWithin, TimeProvider.System, ct);
        return going;
    }

    private async Task SetUpAsync(Scene scene, CancellationToken ct)
    {
        var root = scene.Layout.Root;
        // A plain tree is compared by size and time.
        foreach (var file in Directory.EnumerateFiles(Server, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddDays(1));
        Directory.CreateDirectory(Path.Join(root, "saves"));
        await File.WriteAllTextAsync(Path.Join(root, "saves", "mine"), "the user's", ct);
        await File.WriteAllTextAsync(Path.Join(root, "version.ini"), VersionIni("1.0.0"), ct);
        await File.WriteAllTextAsync(Path.Join(Server, "version.ini"), VersionIni("1.1.0"), ct);
        await File.WriteAllTextAsync(
            scene.Settings,
            $"[server]\nurl = {Server}\n[install]\napp = sample\nrun = {Entry}\nprotect = saves/**\n[trust]\nallow_unsigned = true\n[update]\nconfirm_within = 60s\n",
            ct);
    }

    private static string VersionIni(string version) => $"[version]\nformat = 1\napp = sample\nversion = {version}\n";

    private static string Said(Scene scene) => scene.Root + " said";

    /// <summary>The versions that ran, as they told it.</summary>
    private static string[] Starts(Scene scene) => !File.Exists(Said(scene)) ? []
        : [.. File.ReadAllLines(Said(scene)).Where(line => line.StartsWith(Entry + " ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1])];

    private static string[] Start(Scene scene) => ["sh", "-c", $"cd \"$0\" && exec ./{Entry} >> \"$1\" 2>&1", scene.Layout.Root, Said(scene)];

    private static async Task CopyAsync(string from, string to, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        var copied = await Run.ToEndAsync("/bin/cp", ["-a", from, to], ct);
        if (copied.Code != 0)
            throw new InvalidOperationException(copied.Error);
    }

    private static string Tree(string root) => string.Join('\n', Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        .Select(file => (Path: Path.GetRelativePath(root, file), File: file))
        .Where(file => !file.Path.StartsWith(".appupdater/", StringComparison.Ordinal) && file.Path is not ("dato.ini" or "version.ini" or "saves/mine"))
        .Select(file => $"{file.Path} {Scene.HashOf(file.File)}").Order(StringComparer.Ordinal));
}
