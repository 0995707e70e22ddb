using System.Diagnostics;
using System.Globalization;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Settings;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Bench;

/// <summary>
/// A distant server: many small files by the download engine, lftp and rclone by turns, each into a fresh folder; and the round trips of a
/// check that finds nothing new. Times vary with what else the machine does; the ratio counts.
/// </summary>
internal static class LinkRace
{
    private const int Rounds = 3;
    private const int Megabits = 100;
    private const double Target = 0.6;
    private const int MostRoundTrips = 6;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"over a link of {OneWay.TotalMilliseconds} ms each way and {Megabits} Mbit/s, vsftpd behind it");
        if (Missing() is { } missing)
        {
            Console.WriteLine($"  not measured: {missing}");
            return;
        }

        using var folder = new BenchFolder();
        if (MixedTree.LayOut(folder["served"]) is not { } bytes)
        {
            Console.WriteLine($"  not measured: the .NET installation has fewer than {MixedTree.Files} files");
            return;
        }

        await using var link = await DelayedLink.StartAsync(folder, OneWay, Megabits, ct);
        await using var server = await VsftpdServer.StartAsync(folder["served"], new VsftpdOptions { Place = new ServerPlace(DelayedLink.Far, link.Prefix) }, ct);
        await CheckAsync(folder, server, ct);
        Console.WriteLine($"  {MixedTree.Files} files, {bytes / 1e6:F0} MB");
        await RaceAsync(folder, server, connections: 16, Target, ct);
        await RaceAsync(folder, server, connections: 8, target: null, ct);
    }

    private static string? Missing() =>
        VsftpdServer.Find() is null ? VsftpdServer.Absent
        : LftpMirror.Find() is null ? LftpMirror.Absent
        : RcloneCopy.Find() is null ? RcloneCopy.Absent
        : DelayedLink.Absent();

    /// <summary>What the server costs a check: from the connection to the last byte of version.ini.</summary>
    private static async Task CheckAsync(BenchFolder folder, VsftpdServer server, CancellationToken ct)
    {
        folder.WriteVersion("1.0.0");
        var took = new List<double>();
        for (var round = 0; round < 6; round++)
        {
            var options = new TransportOptions { Server = new ServerSettings { Url = server.Url.ToString() }, Log = NullLogger.Instance };
            var started = Stopwatch.GetTimestamp();
            await using (var source = RemoteSources.Open(RemoteLocation.Parse(server.Url.ToString()), options))
                await source.ReadSmallFileAsync(RelativePath.Parse("version.ini"), 65536, message => new SettingsException(message), ct);
            if (round > 0)
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        File.Delete(folder["served/version.ini"]);
        var trips = took.Median() / (2 * OneWay.TotalMilliseconds);
        Console.WriteLine($"  check, up to date: {took.Median():F0} ms, {trips:F1} round trips of {2 * OneWay.TotalMilliseconds} ms from connect to answer, "
            + $"at most {MostRoundTrips} allowed: {Measured.Verdict(Math.Round(trips) <= MostRoundTrips)}");
    }

    private static async Task RaceAsync(BenchFolder folder, VsftpdServer server, int connections, double? target, CancellationToken ct)
    {
        var racers = new (string Name, Func<string, Task<TimeSpan>> Run, List<double> Times)[]
        {
            ("engine", into => EngineDownload.RunAsync(server.Url, connections, into, ct), []),
            ("lftp", into => LftpMirror.RunAsync(server.Url, connections, into, ct, syncMode: false), []),
            ("rclone", into => RcloneCopy.RunAsync(server.Url, connections, into, ct), []),
        };
        for (var round = 0; round < Rounds; round++)
        {
            // Each is first once.
            for (var turn = 0; turn < racers.Length; turn++)
            {
                var racer = racers[(turn + round) % racers.Length];
                racer.Times.Add(await TimedDownload.RunAsync(folder, MixedTree.Files, racer.Run, ct));
            }

            Console.WriteLine($"  {connections} connections, round {round + 1}: {string.Join(", ", racers.Select(racer => $"{racer.Name} {racer.Times[^1]:F2} s"))}");
        }

        var ratio = racers[0].Times.Median() / racers[1..].Min(racer => racer.Times.Median());
        var verdict = target is { } most ? string.Create(CultureInfo.InvariantCulture, $", at most {most:F1} allowed: {Measured.Verdict(ratio <= most)}") : "";
        Console.WriteLine($"  {connections} connections, medians: {string.Join(", ", racers.Select(racer => $"{racer.Name} {racer.Times.Median():F2} s"))}; "
            + $"ratio to the better of the two {ratio:F2}{verdict}");
    }
}
