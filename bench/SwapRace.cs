using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;

namespace AppUpdater.Bench;

/// <summary>
/// A swap, from the host's exit to the app's first line, by the published bootstrapper and real processes; against <c>cp</c> and
/// <c>sync -f</c> of the same bytes, three passes of hashing them by the kernel's own reader, and 100 ms. And a recovery after a cut in
/// the middle, from the start of the app's executable to the app's first line, against the swap.
/// </summary>
internal static partial class SwapRace
{
    private const int Rounds = 7;
    private const double Grace = 100;

    // As long as a host may take; a wait that has grown long must end as promptly as a short one.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    internal static Task RunAsync(CancellationToken ct) => RunAsync("swap", withSwap: true, ct);

    internal static Task RecoverAsync(CancellationToken ct) => RunAsync("recovery", withSwap: false, ct);

    private static async Task RunAsync(string name, bool withSwap, CancellationToken ct)
    {
        Console.WriteLine($"{name}, {SwapStage.Files} changed files, {SwapStage.Files * (long)SwapStage.FileBytes / 1_000_000} MB");
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("  not measured: this needs Linux");
            return;
        }

        var rows = new List<Row>();
        for (var round = 0; round <= Rounds; round++)
        {
            var (copy, hash) = withSwap ? await AllowanceAsync(ct) : default;
            var (swap, window) = await SwapAsync(ct);
            var row = new Row(swap, window, copy, hash, withSwap ? 0 : await RecoveryAsync(ct));
            var text = withSwap
                ? $"swap {row.Swap:F0} ms (mixed tree {row.Window:F0} ms), cp and sync {row.Copy:F0} ms, three passes of hashing {3 * row.Hash:F0} ms"
                : $"swap {row.Swap:F0} ms, recovery {row.Recovery:F0} ms";
            Console.WriteLine($"  {(round == 0 ? "warm-up" : $"round {round.ToString(CultureInfo.InvariantCulture)}")}: {text}");
            if (round > 0)
                rows.Add(row);
        }

        if (withSwap)
            TellSwap(rows);
        else
            Tell("recovery", Median(rows, row => row.Recovery), "the swap", Median(rows, row => row.Swap));
    }

    private static void TellSwap(List<Row> rows)
    {
        var (copy, hash) = (Median(rows, row => row.Copy), 3 * Median(rows, row => row.Hash));
        Tell("swap", Median(rows, row => row.Swap), $"cp and sync {copy:F0} ms, hashing {hash:F0} ms, {Grace:F0} ms more", copy + hash + Grace);
        Console.WriteLine($"  the tree is mixed for {Median(rows, row => row.Window):F0} ms, first live change to last");
    }

    private static void Tell(string what, double took, string against, double allowed) => Console.WriteLine(
        $"  medians: {what} {took:F0} ms; {against}: {allowed:F0} ms allowed; ratio {took / allowed:F2}, at most 1 allowed: {(took <= allowed ? "met" : "MISSED")}");

    private static async Task<(double Copy, double Hash)> AllowanceAsync(CancellationToken ct)
    {
        using var stage = new SwapStage();
        await Programs.RunAsync("sync", [], ct);
        var begun = Stopwatch.GetTimestamp();
        await Programs.RunAsync("cp", ["-r", stage.Copied, stage.Target], ct);
        await Programs.RunAsync("sync", ["-f", stage.Target], ct);
        var copy = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;

        var live = new LiveFiles(stage.Disk, stage.Layout.Root, TimeProvider.System, Thread.Sleep);
        var files = stage.Live.ToArray();
        live.Learn(files); // so that no compiler is measured
        begun = Stopwatch.GetTimestamp();
        live.LearnAnew(files);
        return (copy, Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    private static async Task<(double Swap, double Window)> SwapAsync(CancellationToken ct)
    {
        using var stage = new SwapStage();
        var swap = stage.Prepare();
        using var host = SwapStage.Start("/bin/sh", ["-c", "read line; exec date +%s%N"], stage.Layout.Root);
        var command = new BootstrapperCommand
        {
            Verb = BootstrapperVerb.Apply,
            Install = stage.Layout.Root,
            Swap = swap.Header.Id,
            WaitFor = ProcessIdentity.Of(host.Id),
            WaitLimit = TimeSpan.FromMinutes(1),
            Relaunch = true,
            WorkingDirectory = stage.Layout.Root,
        };
        using var bootstrapper = SwapStage.Start(swap.Bootstrapper, command.ToArguments(), stage.Layout.Root);
        await Programs.RunAsync("sync", [], ct);
        await Task.Delay(Wait, ct);
        host.StandardInput.Close();
        var ended = long.Parse(await host.StandardOutput.ReadToEndAsync(ct), CultureInfo.InvariantCulture);
        var started = await stage.StartedAsync(ct);
        await bootstrapper.WaitForExitAsync(ct);
        var window = Window().Match(await File.ReadAllTextAsync(stage.Layout.Log, ct));
        return ((started - ended) / 1e6, double.Parse(window.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static async Task<double> RecoveryAsync(CancellationToken ct)
    {
        using var stage = new SwapStage();
        var swap = stage.Prepare();
        Cut(stage, swap);
        await Programs.RunAsync("sync", [], ct);
        var begun = SwapStage.Now;
        using var gate = SwapStage.Start(stage.App, [], stage.Layout.Root);
        var started = await stage.StartedAsync(ct);
        await gate.WaitForExitAsync(ct);
        return (started - begun) / 1e6;
    }

    private static void Cut(SwapStage stage, FoundSwap swap)
    {
        try
        {
            new SwapRunner(new CuttingDisk(stage.Disk, SwapStage.Files / 2), stage.Layout, TimeProvider.System).Apply(swap);
        }
        catch (CutException)
        {
            return;
        }

        throw new InvalidOperationException("The swap was not cut off.");
    }

    private static double Median(List<Row> rows, Func<Row, double> of) => rows.Select(of).Order().ElementAt(rows.Count / 2);

    [GeneratedRegex(@"neither version whole for (\d+) ms")]
    private static partial Regex Window();

    /// <summary>All in milliseconds.</summary>
    private sealed record Row(double Swap, double Window, double Copy, double Hash, double Recovery);
}
