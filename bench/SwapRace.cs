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
/// the middle, from the start of the app's executable, which is the gate then, to the app's first line, against the swap. What counts is
/// the median of the rounds' ratios: both sides of a round meet the same load.
/// </summary>
internal static partial class SwapRace
{
    private const int Rounds = 9;
    private const double Grace = 100;

    // As long as a host may take; a wait that has grown long must end as promptly as a short one.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    internal static async Task RunAsync(CancellationToken ct)
    {
        var rows = await RoundsAsync("swap", async round =>
        {
            // In turn first and last: what the one leaves to be written must not always fall to the other.
            var allowance = round % 2 == 0 ? await AllowanceAsync(ct) : default;
            var (swap, window) = await SwapAsync(ct);
            var (copy, hash) = round % 2 == 0 ? allowance : await AllowanceAsync(ct);
            return new Row(swap, copy + (3 * hash) + Grace, window,
                $"swap {swap:F0} ms (mixed tree {window:F0} ms), allowed {copy:F0} ms of cp and sync + {3 * hash:F0} ms of hashing + {Grace:F0} ms");
        });
        Tell(rows, "swap", "allowed", $"the tree is mixed for {Median(rows, row => row.Part):F0} ms, first live change to last");
    }

    /// <summary>
    /// Judged against a whole swap that is begun alike, by the start of a program: by the launcher, which finds it pending. A swap from
    /// the host's exit is printed besides: its bootstrapper starts while the host still runs.
    /// </summary>
    internal static async Task RecoverAsync(CancellationToken ct)
    {
        var rows = await RoundsAsync("recovery", async round =>
        {
            var recovery = round % 2 == 0 ? await RecoveryAsync(ct) : 0;
            var pending = await PendingAsync(ct);
            recovery = round % 2 == 0 ? recovery : await RecoveryAsync(ct);
            var (swap, _) = await SwapAsync(ct);
            return new Row(recovery, pending, swap, $"recovery {recovery:F0} ms, pending swap {pending:F0} ms (swap from the host's exit {swap:F0} ms)");
        });
        Tell(rows, "recovery", "pending swap", $"a swap from the host's exit takes {Median(rows, row => row.Part):F0} ms, and the recovery {Median(rows, row => row.Took / row.Part):F2} times that");
    }

    private static async Task<List<Row>> RoundsAsync(string name, Func<int, Task<Row>> measureAsync)
    {
        Console.WriteLine($"{name}, {SwapStage.Files} changed files, {SwapStage.Files * (long)SwapStage.FileBytes / 1_000_000} MB");
        var rows = new List<Row>();
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("  not measured: this needs Linux");
            return rows;
        }

        for (var round = 0; round <= Rounds; round++)
        {
            var row = await measureAsync(round);
            Console.WriteLine($"  {(round == 0 ? "warm-up" : $"round {round.ToString(CultureInfo.InvariantCulture)}")}: {row.Text}; ratio {row.Ratio:F2}");
            if (round > 0)
                rows.Add(row);
        }

        return rows;
    }

    private static void Tell(List<Row> rows, string what, string against, string more)
    {
        if (rows.Count == 0)
            return;
        var ratio = Median(rows, row => row.Ratio);
        Console.WriteLine($"  medians: {what} {Median(rows, row => row.Took):F0} ms, {against} {Median(rows, row => row.Allowed):F0} ms, of the rounds' ratios {ratio:F2} "
            + $"({rows.Min(row => row.Ratio):F2} to {rows.Max(row => row.Ratio):F2}), at most 1 allowed: {Measured.Verdict(ratio <= 1)}");
        Console.WriteLine($"  {more}; {Measured.Load()}");
    }

    private static async Task<(double Copy, double Hash)> AllowanceAsync(CancellationToken ct)
    {
        using var stage = new SwapStage();
        await Programs.RunAsync("sync", [], ct);
        var begun = Stopwatch.GetTimestamp();
        await Programs.RunAsync("cp", ["-r", stage.Copied, stage.Target], ct);
        await Programs.RunAsync("sync", ["-f", stage.Target], ct);
        var copy = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;

        // As the bootstrapper waits for a held file: the swap is synchronous.
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

    private static async Task<double> PendingAsync(CancellationToken ct)
    {
        using var stage = new SwapStage();
        stage.Prepare();
        var launcher = stage.Launcher();
        await Programs.RunAsync("sync", [], ct);
        var begun = SwapStage.Now;
        using var start = SwapStage.Start(launcher, [], stage.Layout.Root);
        var started = await stage.StartedAsync(ct);
        await start.WaitForExitAsync(ct);
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

    private static double Median(List<Row> rows, Func<Row, double> of) => rows.Select(of).Median();

    [GeneratedRegex(@"neither version whole for (\d+) ms")]
    private static partial Regex Window();

    /// <summary>What one round came to, in milliseconds, and in words.</summary>
    private sealed record Row(double Took, double Allowed, double Part, string Text)
    {
        internal double Ratio => Took / Allowed;
    }
}
