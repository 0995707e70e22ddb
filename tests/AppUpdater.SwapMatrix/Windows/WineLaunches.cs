using System.Diagnostics;
using AppUpdater.Handover;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>
/// The bootstrapper beside a dato.ini, started in the app's place: it updates, starts the app with what it was given, and passes its exit
/// code on.
/// </summary>
internal sealed class WineLaunches(Wine wine, WineTrees trees, WindowsBuilds builds)
{
    private const int CodeOfOld = 5;
    private const int CodeOfNew = 7;

    /// <summary>What the new version does.</summary>
    internal static readonly string Behaviour = $"confirm {CodeOfNew}";

    /// <summary>A machine so slow that the app would not wait for its update must not change what is tried here.</summary>
    private const string Patient = "check_within = 2m\nstage_within = 2m";

    // A path as a URL: blanks encoded, three slashes before the drive. In dato.ini a percent sign is written twice.
    private static string FileUrl(string folder) => "file:///Z:" + folder.Replace(" ", "%%20", StringComparison.Ordinal);

    /// <summary>The release lies in a folder: put in before the first start; the next start finds nothing to do.</summary>
    internal async Task<string?> UpdatesAsync(string folder, CancellationToken ct)
    {
        using var scene = Scene(folder, FileUrl, Patient);
        return await StartAsync(scene, CodeOfNew, ct).ConfigureAwait(false)
            ?? Expect(scene, "new", "[2.0]")
            ?? (scene.Outcome?.Result == SwapResult.Confirmed ? null : $"not confirmed; {scene.Told()}")
            ?? await StartAsync(scene, CodeOfNew, ct).ConfigureAwait(false)
            ?? Expect(scene, "new", "[2.0]", "[2.0]");
    }

    /// <summary>Whatever is at the address: nothing can be had from there.</summary>
    internal async Task<string?> OfflineAsync(string folder, string url, CancellationToken ct)
    {
        using var scene = Scene(folder, _ => url);
        return await StartAsync(scene, CodeOfOld, ct).ConfigureAwait(false) ?? Expect(scene, "old", "[1.0]");
    }

    /// <summary>Two starts by the same user at once: one of them updates, both start a whole version, and the one after that has the new one.</summary>
    internal async Task<string?> TwiceAtOnceAsync(string folder, CancellationToken ct)
    {
        using var scene = Scene(folder, FileUrl, Patient);
        using var one = Start(scene);
        using var other = Start(scene);
        var ends = await Task.WhenAll(Wine.EndOfAsync(one, ct), Wine.EndOfAsync(other, ct)).ConfigureAwait(false);
        if (!await scene.QuietAsync(ct).ConfigureAwait(false))
            return $"processes still run; {scene.Told()}";
        if (ends.FirstOrDefault(end => end.Code is not (CodeOfOld or CodeOfNew)) is { Error: { } wrong } end)
            return $"exit code {end.Code}: {wrong}; {scene.Told()}";
        var first = scene.Runs().Select(run => run.Version).ToArray();
        if (first.Length != 2)
            return $"started were {string.Join(", ", first)}; {scene.Told()}";
        return scene.Problem(tree: null)
            ?? await StartAsync(scene, CodeOfNew, ct).ConfigureAwait(false)
            ?? Expect(scene, "new", [.. first, "[2.0]"]);
    }

    private WineScene Scene(string folder, Func<string, string> url, string waiting = "")
    {
        var probation = $"confirm = call\nconfirm_within = 2m\n{waiting}";
        var published = new WinePublished(trees);
        var template = published.Make(Path.Join(folder, "template"), Behaviour, url, probation, builds.Bootstrapper, $"exit {CodeOfOld}");
        return new WineScene(template, Path.Join(folder, "scene"));
    }

    private Process Start(WineScene scene) => wine.Start(Wine.Windows(Path.Join(scene.Layout.Root, WinePublished.Launcher)), WineScene.Arguments);

    private async Task<string?> StartAsync(WineScene scene, int code, CancellationToken ct)
    {
        using var launcher = Start(scene);
        var end = await Wine.EndOfAsync(launcher, ct).ConfigureAwait(false);
        if (!await scene.QuietAsync(ct).ConfigureAwait(false))
            return $"processes still run; {scene.Told()}";
        return end.Code == code ? null : $"exit code {end.Code}, not {code}: {end.Error}; {scene.Told()}";
    }

    private static string? Expect(WineScene scene, string tree, params string[] versions)
    {
        if (scene.Problem(tree) is { } problem)
            return problem;
        if (Directory.Exists(scene.Layout.Swaps) && Directory.EnumerateFiles(scene.Layout.Swaps, "journal-*", SearchOption.AllDirectories).FirstOrDefault() is { } journal)
            return $"the swap is still there: {Path.GetFileName(journal)}; {scene.Told()}";
        var runs = scene.Runs().Select(run => run.Version);
        return runs.SequenceEqual(versions) ? null : $"started were {string.Join(", ", runs)}, not {string.Join(", ", versions)}; {scene.Told()}";
    }
}
