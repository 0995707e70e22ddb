namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>
/// A folder of the install that can't be written any more: since the preparation, since a cut, or since the new version was started. The
/// bootstrapper runs without the capabilities by which root ignores modes.
/// </summary>
internal static class ReadOnlyFolders
{
    private const int CutAt = 4;

    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    private static readonly string[] Folders =
        [".", "lib", "gone", ".appupdater", ".appupdater/swap/s1", ".appupdater/swap/s1/new", ".appupdater/swap/s1/old"];

    private static readonly string[] ModesMatter =
        ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"];

    private enum Since { Preparation, Cut, Start }

    internal static IEnumerable<FaultCase> Cases() =>
        from since in Enum.GetValues<Since>()
        from folder in Folders
        select new FaultCase(
            since switch { Since.Preparation => "apply", Since.Cut => "recovery", _ => "undo" }, "folder turns read-only", $"{folder} since {since}",
            (at, ct) => ProblemAsync(at, folder, since, ct));

    private static async Task<string?> ProblemAsync(string at, string folder, Since since, CancellationToken ct)
    {
        var scene = new FaultScene(at, at + ".ran");
        scene.Install();
        scene.Prepare(since == Since.Start ? $"chmod 555 \"$here/{folder}\"\nexit 9" : "exit 0");
        var turned = Path.Join(scene.Layout.Root, folder);
        var before = FaultScene.Files.Stat(turned)!.Mode;
        if (since == Since.Cut)
            await Injection.RunAsync(scene, "renameat2", $"signal=KILL:when={CutAt}", [FaultScene.Bootstrapper, .. scene.Apply], ct);
        if (since != Since.Start && Directory.Exists(turned))
            FaultScene.Files.SetFacts(turned, ReadOnly, modified: null);
        var verdict = new FaultVerdict(scene, since == Since.Start ? "1.0" : null);
        var run = await FaultRun.OfAsync(
            scene, [.. ModesMatter, Path.Join(scene.Swap, "bootstrapper"), .. since == Since.Cut ? scene.Recover : scene.Apply], ct);
        // Before the first change the app comes back at once; halfway it waits behind its gate.
        var problem = verdict.RightAfter(run, mayWait: since != Since.Preparation);
        if (Directory.Exists(turned))
            FaultScene.Files.SetFacts(turned, before, modified: null);
        return problem ?? await verdict.AtNextStartAsync(ct);
    }
}
