using System.Diagnostics;
using System.Globalization;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Mirroring;

namespace AppUpdater.Bench;

/// <summary>
/// The mirror against lftp's, both ways, on the same 1,000 mixed files and with as many connections, by turns: over a link with a delay, and
/// for push on this machine too. lftp runs as it comes; beside it, and not judged, with more than one command on its way (its sync-mode off).
/// </summary>
internal static class MirrorRace
{
    private const int Rounds = 3;
    private const int Connections = 8;
    private const int Megabits = 100;
    private const double PullTarget = 0.6;
    private const double PushTarget = 1;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    private delegate Task<TimeSpan> Racer(CancellationToken ct);

    internal static async Task PullAsync(CancellationToken ct)
    {
        Tell("mirror pull", Link);
        using var folder = new BenchFolder();
        if (Missing(DelayedLink.Absent()) || !LaysOut(folder["served"]))
            return;
        await using var link = await DelayedLink.StartAsync(folder, OneWay, Megabits, ct);
        await using var server = await VsftpdServer.StartAsync(folder["served"], new VsftpdOptions { Place = new ServerPlace(DelayedLink.Far, link.Prefix) }, ct);
        var into = folder["fetched"];
        Racer Lftp(bool syncMode) => token => LftpMirror.RunAsync(server.Url, Connections, into, token, syncMode);
        await RaceAsync(folder["served"], into, PullTarget, token => OursAsync(server.Url, into, token), Lftp, ct);
    }

    internal static async Task PushAsync(CancellationToken ct)
    {
        Tell("mirror push", Link);
        using var folder = new BenchFolder();
        if (Missing(DelayedLink.Absent()) || !LaysOut(folder["source"]))
            return;
        await using (var link = await DelayedLink.StartAsync(folder, OneWay, Megabits, ct))
            await PushAsync(folder, new ServerPlace(DelayedLink.Far, link.Prefix), ct);
        Tell("mirror push", "on this machine");
        await PushAsync(folder, ServerPlace.Here, ct);
    }

    private static string Link => $"over a link of {OneWay.TotalMilliseconds} ms each way and {Megabits} Mbit/s";

    private static async Task PushAsync(BenchFolder folder, ServerPlace place, CancellationToken ct)
    {
        var (from, served) = (folder["source"], Directory.CreateDirectory(folder["served"]).FullName);
        await using var server = await VsftpdServer.StartAsync(served, new VsftpdOptions { Writable = true, Place = place }, ct);
        Racer Lftp(bool syncMode) => token => LftpMirror.PushAsync(server.Url, Connections, from, token, syncMode);
        await RaceAsync(from, Path.Join(served, "into"), PushTarget, token => OursToAsync(new Uri(server.Url, "into/"), from, token), Lftp, ct);
    }

    private static void Tell(string what, string where) =>
        Console.WriteLine($"{what}, {MixedTree.Files:N0} mixed files, {Connections} connections, vsftpd {where}");

    private static bool Missing(string? link)
    {
        var missing = VsftpdServer.Find() is null ? VsftpdServer.Absent : LftpMirror.Find() is null ? LftpMirror.Absent : link;
        if (missing is not null)
            Console.WriteLine($"  not measured: {missing}");
        return missing is not null;
    }

    private static bool LaysOut(string folder)
    {
        var bytes = MixedTree.LayOut(folder);
        Console.WriteLine(bytes is null ? $"  not measured: the .NET installation has fewer than {MixedTree.Files} files" : $"  {bytes / 1e6:F0} MB");
        return bytes is not null;
    }

    private static async Task RaceAsync(string from, string into, double target, Racer ours, Func<bool, Racer> lftp, CancellationToken ct)
    {
        var racers = new (string Name, Racer Run, List<double> Times)[] { ("ours", ours, []), ("lftp", lftp(true), []), ("lftp without sync-mode", lftp(false), []) };
        for (var round = 0; round < Rounds; round++)
        {
            // Each is first once.
            for (var turn = 0; turn < racers.Length; turn++)
            {
                var racer = racers[(turn + round) % racers.Length];
                racer.Times.Add(await TimeAsync(from, into, racer.Run, ct));
            }

            Console.WriteLine($"  round {round + 1}: {Texts(racers.Select(racer => (racer.Name, racer.Times[^1])))}");
        }

        var ratio = racers[0].Times.Median() / racers[1].Times.Median();
        Console.WriteLine($"  medians: {Texts(racers.Select(racer => (racer.Name, racer.Times.Median())))}; ratio to lftp {ratio:F2}, "
            + string.Create(CultureInfo.InvariantCulture, $"at most {target:F1} allowed: {Measured.Verdict(ratio <= target)}; ")
            + $"to lftp without sync-mode {racers[0].Times.Median() / racers[2].Times.Median():F2}; {Measured.Load()}");
    }

    private static string Texts(IEnumerable<(string Name, double Seconds)> times) => string.Join(", ", times.Select(time => $"{time.Name} {time.Seconds:F2} s"));

    private static async Task<double> TimeAsync(string from, string into, Racer run, CancellationToken ct)
    {
        Directory.CreateDirectory(into);
        var took = await run(ct);
        var arrived = Count(into);
        if (arrived != MixedTree.Files)
            throw new InvalidOperationException($"{arrived} files arrived, not {MixedTree.Files}.");

        // The state of ours lies in its local folder: here or there, the next run knows nothing of this one.
        Directory.Delete(into, recursive: true);
        if (Directory.Exists(Own(from)))
            Directory.Delete(Own(from), recursive: true);
        await Programs.RunAsync("sync", [], ct);
        return took.TotalSeconds;
    }

    private static string Own(string folder) => Path.Join(folder, ".appupdater");

    private static int Count(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count(file => !file.StartsWith(Own(folder), StringComparison.Ordinal));

    private static async Task<TimeSpan> OursAsync(Uri url, string into, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await using (var pull = MirrorPull.Open(new MirrorOptions { Url = url.ToString(), Directory = into, Connections = Connections }))
            Require(await pull.ExecuteAsync(await pull.PlanAsync(ct), progress: null, ct));
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<TimeSpan> OursToAsync(Uri url, string from, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await using (var push = MirrorPush.Open(new MirrorOptions { Url = url.ToString(), Directory = from, Connections = Connections }))
            Require(await push.ExecuteAsync(await push.PlanAsync(ct), progress: null, ct));
        return Stopwatch.GetElapsedTime(started);
    }

    private static void Require(MirrorReport report)
    {
        if (report is not { Transferred: MixedTree.Files, Failures: [] })
            throw new InvalidOperationException($"{report.Transferred} files travelled. {string.Join(' ', report.Failures.Select(failure => $"{failure.Path}: {failure.Reason}"))}");
    }
}
