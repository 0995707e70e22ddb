using System.Globalization;
using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.Bench;

/// <summary>60,000 files in 4,000 folders, listed from vsftpd and planned by <c>appupdater check</c>: time and memory of the whole process.</summary>
internal static class LargeTree
{
    private const int Files = 60_000;
    private const int Folders = 4_000;
    private const double Target = 200;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"tree, {Files:N0} files in {Folders:N0} folders listed and planned");
        if (!OperatingSystem.IsLinux() || VsftpdServer.Find() is null)
        {
            Console.WriteLine($"  not measured: {(OperatingSystem.IsLinux() ? VsftpdServer.Absent : "this needs Linux")}");
            return;
        }

        using var folder = new BenchFolder();
        LayOut(folder["served"]);
        folder.WriteVersion("2.0.0");
        await using var server = await VsftpdServer.StartAsync(folder["served"], ct: ct);
        folder.WriteSettings(server.Url);
        await MeasureAsync("install empty", folder, Files, ct);
        LayOut(folder["install"]);
        await MeasureAsync("install equal", folder, 0, ct);
    }

    private static async Task MeasureAsync(string name, BenchFolder folder, int expected, CancellationToken ct)
    {
        var check = await CliRun.RunAsync(["check", "--config", folder["install/dato.ini"]], ct);
        var added = check.Output.Split('\n').Count(line => line.TrimStart().StartsWith("+ ", StringComparison.Ordinal));
        if (!check.Output.Contains("2.0.0", StringComparison.Ordinal) || added != expected)
        {
            var start = check.Output[..Math.Min(check.Output.Length, 400)];
            Console.WriteLine($"  {name}: not measured: check ended with {check.ExitCode} and {added} files to add. {start}");
            return;
        }

        var peak = check.PeakOfOne / 1e6;
        Console.WriteLine($"  {name}: {peak:F0} MB at the peak, ratio {peak / Target:F2} of the {Target:F0} MB allowed: {Measured.Verdict(peak < Target)}; "
            + $"{check.Took.TotalSeconds:F1} s in all");
    }

    // Folders three deep, 15 files in each; small files, since only their names, sizes and times matter.
    private static void LayOut(string root)
    {
        var time = new DateTime(2026, 3, 4, 5, 6, 0, DateTimeKind.Utc);
        for (var i = 0; i < Folders; i++)
        {
            var path = Path.Join(root, $"module-{i / 400:00}", $"component-{i / 20 % 20:00}", $"folder-{i % 20:00}");
            Directory.CreateDirectory(path);
            for (var j = 0; j < Files / Folders; j++)
            {
                var file = Path.Join(path, string.Create(CultureInfo.InvariantCulture, $"resource-{i:0000}-{j:00}.dat"));
                File.WriteAllText(file, file[^12..]);
                File.SetLastWriteTimeUtc(file, time);
            }
        }
    }
}
