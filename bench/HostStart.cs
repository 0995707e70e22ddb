using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Bench;

/// <summary>
/// <see cref="UpdateManager.Startup"/> where there is nothing to do, in a process that has run nothing of the library before: with an
/// install's record, and without an updater's folder.
/// </summary>
internal static class HostStart
{
    private const string Verb = "--startup";
    private const int Rounds = 15;
    private const double TargetMs = 5;
    private const double TargetBytes = 1_000_000;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine("startup, nothing to do, a fresh process each");
        using var folder = new BenchFolder();
        Directory.CreateDirectory(folder["installed/.appupdater"]);
        await File.WriteAllTextAsync(folder["installed/.appupdater/installed.json"], """{ "format": 1, "app": "a", "version": "1.2.3", "files": [] }""", ct);
        Directory.CreateDirectory(folder["bare"]);
        foreach (var name in new[] { "installed", "bare" })
        {
            var runs = new List<(double Ms, double Bytes)>();
            for (var round = 0; round <= Rounds; round++)
            {
                var run = await ProbeAsync(folder[name], ct);
                if (round > 0) // the first writes down which version ran, and warms the file cache
                    runs.Add(run);
            }

            var (ms, bytes) = (runs.Select(run => run.Ms).Order().ElementAt(Rounds / 2), runs.Select(run => run.Bytes).Order().ElementAt(Rounds / 2));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {name}: {ms:F2} ms, ratio {ms / TargetMs:F2} of the {TargetMs:F0} ms allowed: {Met(ms < TargetMs)}; "
                + $"{bytes / 1000:F0} kB allocated, ratio {bytes / TargetBytes:F2} of 1 MB: {Met(bytes < TargetBytes)}"));
        }
    }

    /// <summary>The fresh process: says how long the call took, in milliseconds, and what it allocated, in bytes; null where it is none.</summary>
    internal static string? Probe(string[] args)
    {
        if (args is not [Verb, var install])
            return null;
        var (allocated, begun) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        UpdateManager.Startup([], install);
        var ms = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return string.Create(CultureInfo.InvariantCulture, $"{ms} {GC.GetAllocatedBytesForCurrentThread() - allocated}");
    }

    private static async Task<(double Ms, double Bytes)> ProbeAsync(string install, CancellationToken ct)
    {
        var output = await Programs.RunAsync("dotnet", [typeof(HostStart).Assembly.Location, Verb, install], ct);
        var parts = output.Trim().Split(' ');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string Met(bool isMet) => isMet ? "met" : "MISSED";
}
