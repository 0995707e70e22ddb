using System.Diagnostics;
using System.Globalization;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Mirroring;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Bench;

/// <summary>100,000 unchanged files compared with the recorded state, as each cycle of a watch does it, by a fresh process: its time, and the peak of its memory.</summary>
internal static class MirrorCompare
{
    private const string Verb = "--mirror-compare";
    private const int Folders = 400;
    private const int PerFolder = 250;
    private const int Rounds = 5;
    private const double TargetSeconds = 2;
    private const double TargetMegabytes = 200;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"mirror, {Folders * PerFolder:N0} unchanged files compared with the recorded state, a fresh process each");
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("  not measured: this needs Linux");
            return;
        }

        using var folder = new BenchFolder();
        var (seconds, processor, megabytes) = (new List<double>(), new List<double>(), new List<double>());
        LayOut(folder, ct);
        for (var round = 0; round < Rounds; round++)
        {
            var output = await Programs.RunAsync("dotnet", [typeof(MirrorCompare).Assembly.Location, Verb, folder["source"], folder["served"]], ct);
            var parts = output.Trim().Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            seconds.Add(parts[0]);
            processor.Add(parts[1]);
            megabytes.Add(parts[2]);
        }

        Console.WriteLine($"  best {seconds.Min():F2} s, median {seconds.Median():F2} s, of the processors {processor.Median():F2} s; ratio {seconds.Median() / TargetSeconds:F2} of the {TargetSeconds:F0} s allowed: "
            + $"{Measured.Verdict(seconds.Median() < TargetSeconds)}; {megabytes.Max():F0} MB at the peak of the whole process, "
            + $"ratio {megabytes.Max() / TargetMegabytes:F2} of the {TargetMegabytes:F0} MB allowed: {Measured.Verdict(megabytes.Max() < TargetMegabytes)}; {Measured.Load()}");
    }

    /// <summary>The fresh process: says how long it took, from opening the mirror on, and its processor time, in seconds, and its peak in MB; null where it is none.</summary>
    internal static async Task<string?> ProbeAsync(string[] args, CancellationToken ct)
    {
        if (args is not [Verb, var source, var served])
            return null;
        var (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await using var push = MirrorPush.Open(Options(source, served));
        var plan = await push.PlanAsync(isVerified: false, ct);
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (plan.Unchanged != Folders * PerFolder || plan.Actions.Length > 0)
            throw new InvalidOperationException($"{plan.Unchanged} files are unchanged, and {plan.Actions.Length} things to be done.");
        var peak = (await File.ReadAllLinesAsync("/proc/self/status", ct)).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var kilobytes = double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{took} {(Environment.CpuUsage.TotalTime - used).TotalSeconds} {kilobytes * 1024 / 1e6}");
    }

    /// <summary>The files, and the state as a push of them would leave it.</summary>
    private static void LayOut(BenchFolder folder, CancellationToken ct)
    {
        var source = folder["source"];
        for (var i = 0; i < Folders; i++)
        {
            var path = Directory.CreateDirectory(Path.Join(source, string.Create(CultureInfo.InvariantCulture, $"folder-{i:000}"))).FullName;
            for (var j = 0; j < PerFolder; j++)
                File.WriteAllBytes(Path.Join(path, string.Create(CultureInfo.InvariantCulture, $"file-{j:0000}.dat")), []);
        }

        Directory.CreateDirectory(folder["served"]);
        var state = new MirrorState { Verified = DateTimeOffset.UnixEpoch };
        var tree = new LocalScan(source, new FilterRules(MirrorFilter.Everything), followLinks: false).Read(ct);
        foreach (var (path, file) in tree.Files)
            state.Files[path] = new KnownFile(file.Size, null, file.Modified, ContentHash.Of([]), IsOurs: true);
        foreach (var path in tree.Folders)
            state.Folders[path] = true;
        var place = MirrorSetup.Of(Options(source, folder["served"]), MirrorPlace.Push).Place;
        Directory.CreateDirectory(place.Own);
        using var stored = new MirrorStateFile(place, DurableFiles.ForThisSystem(), NullLogger.Instance);
        stored.Save(state);
    }

    private static MirrorOptions Options(string source, string served) => new() { Url = served, Directory = source };
}
