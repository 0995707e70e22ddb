using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Bench;

/// <summary>
/// <see cref="UpdateManager.Startup"/> where there is nothing to do, in a process that has run nothing of the library before: with an
/// install's record, and without an updater's folder. What counts is the median of the rounds, which take turns.
/// </summary>
internal static class HostStart
{
    private const string Verb = "--startup";
    private const int Rounds = 31;
    private const double TargetMs = 5;
    private const double TargetBytes = 1_000_000;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine("startup, nothing to do, a fresh process each");
        using var folder = new BenchFolder();
        Directory.CreateDirectory(folder["installed/.appupdater"]);
        await File.WriteAllTextAsync(folder["installed/.appupdater/installed.json"], """{ "format": 1, "app": "a", "version": "1.2.3", "files": [] }""", ct);
        Directory.CreateDirectory(folder["bare"]);
        var cases = new (string Name, List<Start> Starts)[] { ("installed", []), ("bare", []) };
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var (name, starts) in cases)
            {
                var start = await ProbeAsync(folder[name], ct);
                if (round > 0) // the first writes down which version ran, and warms the file cache
                    starts.Add(start);
            }
        }

        foreach (var (name, starts) in cases)
            Tell(name, starts);
        Console.WriteLine($"  {Measured.Load()}");
    }

    /// <summary>The fresh process: says how long the call took and its processor time, in milliseconds, and what it allocated, in bytes; null where it is none.</summary>
    internal static string? Probe(string[] args)
    {
        if (args is not [Verb, var install])
            return null;
        var (allocated, used, begun) = (GC.GetAllocatedBytesForCurrentThread(), Used(), Stopwatch.GetTimestamp());
        UpdateManager.Startup([], install);
        var ms = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return string.Create(CultureInfo.InvariantCulture, $"{ms} {Used() - used} {GC.GetAllocatedBytesForCurrentThread() - allocated}");
    }

    private static double Used() => Environment.CpuUsage.TotalTime.TotalMilliseconds;

    private static void Tell(string name, List<Start> starts)
    {
        var (ms, bytes) = (starts.Select(start => start.Ms).Median(), starts.Select(start => start.Bytes).Median());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name}: best {starts.Min(start => start.Ms):F2} ms, median {ms:F2} ms, of the processor {starts.Select(start => start.Cpu).Median():F2} ms; "
            + $"the median's ratio {ms / TargetMs:F2} of the {TargetMs:F0} ms allowed: {Measured.Verdict(ms < TargetMs)}; "
            + $"{bytes / 1000:F0} kB allocated, ratio {bytes / TargetBytes:F2} of 1 MB: {Measured.Verdict(bytes < TargetBytes)}"));
    }

    private static async Task<Start> ProbeAsync(string install, CancellationToken ct)
    {
        var output = await Programs.RunAsync("dotnet", [typeof(HostStart).Assembly.Location, Verb, install], ct);
        var parts = output.Trim().Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return new Start(parts[0], parts[1], parts[2]);
    }

    /// <summary>One start: how long it took and its processor time, in milliseconds, and what it allocated, in bytes.</summary>
    private readonly record struct Start(double Ms, double Cpu, double Bytes);
}
