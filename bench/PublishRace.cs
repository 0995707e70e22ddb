using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Bench;

/// <summary>
/// The .NET runtime of this machine published into a folder, the whole of <c>appupdater publish</c> with hashing, packing and reading back,
/// against <c>zstd -T2</c> on a tar of the same files: by turns, at the lowest of its levels that packs no worse than ours.
/// </summary>
internal static class PublishRace
{
    private const int Rounds = 3;
    private const int HighestLevel = 19;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine("publish, the .NET runtime against zstd -T2");
        if (Array.Find(["zstd", "tar"], name => Programs.Find(name) is null) is { } absent)
        {
            Console.WriteLine($"  not measured: {absent} is not installed (apt-get install {absent})");
            return;
        }

        using var folder = new BenchFolder();
        var build = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Environment.SetEnvironmentVariable("APPUPDATER_KEY_PASSPHRASE", "only for the bench");
        await SucceedAsync(["keygen", "--out", folder["keys"]], ct);
        await Programs.RunAsync("tar", ["cf", folder["build.tar"], "-C", build, "."], ct);
        var (ours, peak) = (new List<double>(), 0L);
        await PublishAsync(folder, build, "warm", ct);
        var packed = new FileInfo(Directory.EnumerateFiles(folder["warm"], "content.pack", SearchOption.AllDirectories).Single()).Length;
        var level = await LevelAsync(folder, packed, ct);
        var theirs = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            theirs.Add((await ZstdAsync(folder, level, ct)).Seconds);
            var run = await PublishAsync(folder, build, string.Create(CultureInfo.InvariantCulture, $"server{round}"), ct);
            ours.Add(run.Took.TotalSeconds);
            peak = Math.Max(peak, run.PeakOfOne);
        }

        var ratio = Median(ours) / Median(theirs);
        Console.WriteLine($"  {new FileInfo(folder["build.tar"]).Length / 1e6:F1} MB to {packed / 1e6:F1} MB in {Median(ours):F1} s, zstd -{level} to "
            + $"{new FileInfo(folder["build.zst"]).Length / 1e6:F1} MB in {Median(theirs):F1} s; ratio {ratio:F2}, at most 1.00 wanted: {(ratio <= 1 ? "met" : "MISSED")}; "
            + $"memory at the peak {peak / 1e6:F0} MB");
    }

    private static async Task<int> LevelAsync(BenchFolder folder, long packed, CancellationToken ct)
    {
        for (var level = 1; level < HighestLevel; level++)
        {
            if ((await ZstdAsync(folder, level, ct)).Bytes <= packed)
                return level;
        }

        return HighestLevel;
    }

    private static async Task<(double Seconds, long Bytes)> ZstdAsync(BenchFolder folder, int level, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await Programs.RunAsync("zstd", ["-q", "-T2", string.Create(CultureInfo.InvariantCulture, $"-{level}"), "-f", folder["build.tar"], "-o", folder["build.zst"]], ct);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, new FileInfo(folder["build.zst"]).Length);
    }

    private static Task<CliRun> PublishAsync(BenchFolder folder, string build, string server, CancellationToken ct) => SucceedAsync(
        ["publish", build, "--app", "com.example.bench", "--version", "1.0.0", "--to", folder[server], "--key", folder["keys/publisher.key"]], ct);

    private static async Task<CliRun> SucceedAsync(string[] args, CancellationToken ct)
    {
        var run = await CliRun.RunAsync(args, ct);
        return run.ExitCode == 0 ? run : throw new InvalidOperationException($"{args[0]} ended with {run.ExitCode}: {run.Output}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
