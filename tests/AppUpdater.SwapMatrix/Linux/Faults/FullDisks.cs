namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>A volume of its own (tmpfs) on which so and so much is free: in the preparation, before the swap, or since the new version runs.</summary>
internal static class FullDisks
{
    private const int Kilo = 1024;

    private enum Since { Preparation, Swap, Start }

    internal static IEnumerable<FaultCase> Cases()
    {
        var bootstrapper = (int)(new FileInfo(FaultScene.Bootstrapper).Length / Kilo);
        int[] free = [0, 4, 8, 16, 24, 32, 64, bootstrapper / 2, bootstrapper - 8, bootstrapper, bootstrapper + 8, bootstrapper + 16, bootstrapper + 64];
        return from since in Enum.GetValues<Since>()
            from kilo in free
            select new FaultCase(
                since switch { Since.Preparation => "preparation", Since.Swap => "apply", _ => "undo" }, "disk full", $"{kilo} KiB free since {since}",
                (at, ct) => ProblemAsync(at, kilo, since, ct));
    }

    internal static async Task<bool> MayMountAsync(string temp, CancellationToken ct)
    {
        var at = Directory.CreateDirectory(Path.Join(temp, "probe")).FullName;
        var scene = new FaultScene(at, at + ".ran");
        var may = (await FaultRun.OfAsync(scene, ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", at], ct)).Code == 0;
        if (may)
            await FaultRun.OfAsync(scene, ["umount", at], ct);
        return may;
    }

    private static async Task<string?> ProblemAsync(string at, int free, Since since, CancellationToken ct)
    {
        var scene = new FaultScene(at, at + ".ran");
        if ((await FaultRun.OfAsync(scene, ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", at], ct)).Code != 0)
            return "no volume could be mounted";
        try
        {
            return await OnVolumeAsync(scene, free, since, ct);
        }
        finally
        {
            await FaultRun.OfAsync(scene, ["umount", "--lazy", at], ct);
        }
    }

    private static async Task<string?> OnVolumeAsync(FaultScene scene, int free, Since since, CancellationToken ct)
    {
        scene.Install();
        if (since == Since.Preparation)
        {
            FillTo(scene.Root, free);
            if (Prepare(scene) is { } refused)
            {
                if (scene.WholeVersion() != "1.0" || scene.LostOfUsers() is not null || refused.Length == 0)
                    return $"a preparation that failed changed something: {refused}";
                Empty(scene.Root);
                scene.Prepare("exit 0"); // with space again
            }
        }
        else
        {
            scene.Prepare(since == Since.Start ? $"{FillingTo(free)}\nexit 9" : "exit 0");
            if (since == Since.Swap)
                FillTo(scene.Root, free);
        }

        var verdict = new FaultVerdict(scene, since == Since.Start ? "1.0" : null);
        var run = await FaultRun.OfAsync(scene, [Path.Join(scene.Swap, "bootstrapper"), .. scene.Apply], ct);
        var problem = verdict.RightAfter(run, mayWait: false);
        Empty(scene.Root);
        return problem ?? await verdict.AtNextStartAsync(ct);
    }

    /// <summary>Null where it could be prepared, else what was said.</summary>
    private static string? Prepare(FaultScene scene)
    {
        try
        {
            scene.Prepare("exit 0");
            return null;
        }
        catch (Exception e) when (e is InstallException or IOException)
        {
            return e.Message; // staging the files is this scene's work, so its IOException is no defect
        }
    }

    private static void FillTo(string root, int free)
    {
        var left = new DriveInfo(root).AvailableFreeSpace - ((long)free * Kilo);
        if (left <= 0)
            return;
        using var file = new FileStream(Path.Join(root, "filler"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[4 * Kilo];
        for (; left > 0; left -= piece.Length)
            file.Write(piece, 0, (int)Math.Min(left, piece.Length));
    }

    /// <summary>The same, done by the new version, which is no file of the updater's.</summary>
    private static string FillingTo(int free) => $"cat /dev/zero > \"$here/../filler\" 2> /dev/null\ntruncate -s -{free}K \"$here/../filler\"";

    private static void Empty(string root) => File.Delete(Path.Join(root, "filler"));
}
