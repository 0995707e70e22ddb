using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.Bench;

/// <summary>The memory of a whole <c>appupdater update</c> from one real tree of 100 MB to the next.</summary>
internal static class PeakMemory
{
    private const double Target = 150;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"update, {RuntimeTrees.Old} to {RuntimeTrees.New}: peak memory");
        if (!OperatingSystem.IsLinux() || VsftpdServer.Find() is null)
        {
            Console.WriteLine($"  not measured: {(OperatingSystem.IsLinux() ? VsftpdServer.Absent : "this needs Linux")}");
            return;
        }

        using var folder = new BenchFolder();
        RuntimeTrees.LayOut(RuntimeTrees.New, folder["served"]);
        folder.WriteVersion(RuntimeTrees.New);
        RuntimeTrees.LayOut(RuntimeTrees.Old, folder["install"]);
        await using var server = await VsftpdServer.StartAsync(folder["served"], ct: ct);
        folder.WriteSettings(server.Url);

        var update = await CliRun.RunAsync(["update", "--config", folder["install/dato.ini"]], ct);
        if (update.ExitCode != 0 || !Directory.Exists(folder["install/.appupdater"]))
        {
            Console.WriteLine($"  not measured: update ended with {update.ExitCode}. {update.Output}");
            return;
        }

        var peak = update.PeakOfOne / 1e6;
        Console.WriteLine($"  {peak:F0} MB, ratio {peak / Target:F2} of the {Target:F0} MB allowed: {Measured.Verdict(peak < Target)}");
        Console.WriteLine($"  {update.PeakOfAll / 1e6:F0} MB where the peaks of all its processes are added up; {update.Took.TotalSeconds:F1} s in all");
    }
}
