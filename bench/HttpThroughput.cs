using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.Settings;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Bench;

/// <summary>One large file from nginx on this machine: our source's throughput against curl's by turns, plain and with TLS, and our memory.</summary>
internal static class HttpThroughput
{
    private const int Rounds = 15;
    private const int Megabytes = 100;
    private const double Target = 0.9;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"http, one file of {Megabytes} MB from nginx");
        if (NginxServer.Absent() is { } absent)
        {
            Console.WriteLine($"  not measured: {absent} is not installed (apt-get install {absent})");
            return;
        }

        using var folder = new BenchFolder();
        Directory.CreateDirectory(folder["served"]);
        var content = new byte[1_000_000];
        await using (var file = File.Create(folder["served/file.bin"]))
        {
            for (var i = 0; i < Megabytes; i++)
            {
                RandomNumberGenerator.Fill(content);
                await file.WriteAsync(content, ct);
            }
        }

        await using (var sparse = File.Create(folder["served/sparse.bin"]))
            sparse.SetLength(1_000_000_000);
        await using var server = await NginxServer.StartAsync(folder, ct);
        await RaceAsync("plain", server.Plain, server, ct);
        await RaceAsync("TLS", server.Secure, server, ct);
        await CompareMemoryAsync(server, ct);
    }

    private static async Task RaceAsync(string name, string url, NginxServer server, CancellationToken ct)
    {
        var (ours, curls) = (new List<double>(), new List<double>());

        // The first round warms the file cache and the compiler, and does not count.
        for (var round = 0; round <= Rounds; round++)
        {
            var curl = await CurlAsync($"{url}/file.bin", server.Certificate, ct);
            var own = await ReadAsync(url, "file.bin", server.Certificate, ct);
            if (round == 0)
                continue;
            curls.Add(Megabytes / curl.TotalSeconds);
            ours.Add(Megabytes / own.TotalSeconds);
        }

        var ratio = Median(ours) / Median(curls);
        Console.WriteLine($"  {name}: curl {Median(curls):F0} MB/s, ours {Median(ours):F0} MB/s; "
            + $"ratio {ratio:F2}, at least {Target:F1} wanted: {(ratio >= Target ? "met" : "MISSED")}");
    }

    private static async Task CompareMemoryAsync(NginxServer server, CancellationToken ct)
    {
        var growth = new List<string>();
        foreach (var (name, megabytes) in new[] { ("file.bin", Megabytes), ("sparse.bin", 1000) })
        {
            GC.Collect();
            var (managed, resident) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
            await ReadAsync(server.Plain, name, server.Certificate, ct);
            growth.Add(string.Create(CultureInfo.InvariantCulture,
                $"{megabytes} MB: managed {(GC.GetTotalMemory(forceFullCollection: false) - managed) / 1e6:+0.0;-0.0} MB, resident {(Environment.WorkingSet - resident) / 1e6:+0.0;-0.0} MB"));
        }

        Console.WriteLine($"  growth by reading {string.Join("; ", growth)}");
    }

    private static async Task<TimeSpan> ReadAsync(string url, string name, string authority, CancellationToken ct)
    {
        var options = new TransportOptions
        {
            Server = new ServerSettings { Url = url, Proxy = ProxySettings.None, CaFile = authority },
            Log = NullLogger.Instance,
        };
        await using var source = RemoteSources.Open(RemoteLocation.Parse(url), options);

        // As an update does, which has listed what it fetches. Over TLS a large file then connects anew, as curl does; plain, it need not.
        var path = RelativePath.Parse(name);
        await source.StatAsync(path, ct);
        var started = Stopwatch.GetTimestamp();
        await using var stream = await source.OpenReadAsync(path, 0, length: null, ct);
        var buffer = new byte[256 * 1024];
        var count = 0L;
        while (await stream.ReadAsync(buffer, ct) is > 0 and var read)
            count += read;
        await stream.CompleteAsync(ct);
        return count == stream.AnnouncedLength ? Stopwatch.GetElapsedTime(started) : throw new InvalidOperationException($"{count} bytes came.");
    }

    private static async Task<TimeSpan> CurlAsync(string url, string authority, CancellationToken ct)
    {
        // Its own clock: the start of a process is not what is compared.
        string[] args = ["-s", "-f", "--noproxy", "*", "--cacert", authority, "-o", "/dev/null", "-w", "%{time_total}", url];
        using var curl = Process.Start(new ProcessStartInfo("curl", args) { RedirectStandardOutput = true })!;
        var seconds = await curl.StandardOutput.ReadToEndAsync(ct);
        await curl.WaitForExitAsync(ct);
        return curl.ExitCode == 0
            ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"curl ended with {curl.ExitCode}.");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
