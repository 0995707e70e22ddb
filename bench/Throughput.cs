using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Settings;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Bench;

/// <summary>
/// One large file on this machine: our source's throughput against curl's by turns, from vsftpd and nginx, plain and with TLS; and how our
/// memory grows with the file.
/// </summary>
internal static class Throughput
{
    private const int Rounds = 15;
    private const int Megabytes = 100;
    private const int LargerMegabytes = 1000;
    private const double Target = 0.9;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"throughput, one file of {Megabytes} MB against curl");
        if (Array.Find(["vsftpd", "nginx", "curl"], name => Programs.Find(name) is null) is { } absent)
        {
            Console.WriteLine($"  not measured: {absent} is not installed (apt-get install {absent})");
            return;
        }

        using var folder = new BenchFolder();
        await WriteFilesAsync(folder, ct);
        using var authority = new TestAuthority();
        var served = folder["served"];
        await using (var server = await VsftpdServer.StartAsync(served, ct: ct))
            await RaceAsync("FTP", $"{server.Url}", authority, ct);
        await using (var server = await VsftpdServer.StartAsync(served, new VsftpdOptions { Tls = VsftpdTls.Explicit, Authority = authority }, ct))
            await RaceAsync("FTPS", $"{new UriBuilder(server.Url) { Scheme = "ftps", Host = "localhost" }}", authority, ct);
        await using (var server = await NginxServer.StartAsync(served, authority: null, ct))
            await RaceAsync("HTTP", $"http://127.0.0.1:{server.Port}/", authority, ct);
        await using (var server = await NginxServer.StartAsync(served, authority, ct))
            await RaceAsync("HTTPS", $"https://localhost:{server.Port}/", authority, ct);
    }

    private static async Task WriteFilesAsync(BenchFolder folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder["served"]);
        var content = new byte[1_000_000];
        await using var file = File.Create(folder["served/file.bin"]);
        for (var i = 0; i < Megabytes; i++)
        {
            RandomNumberGenerator.Fill(content);
            await file.WriteAsync(content, ct);
        }

        await using var sparse = File.Create(folder["served/larger.bin"]);
        sparse.SetLength(LargerMegabytes * 1_000_000L);
    }

    private static async Task RaceAsync(string name, string url, TestAuthority authority, CancellationToken ct)
    {
        var (ours, curls) = (new List<double>(), new List<double>());

        // The first rounds warm the file cache and the compiler, and do not count.
        for (var round = -1; round <= Rounds; round++)
        {
            var curl = await CurlAsync(url + "file.bin", authority.AuthorityFile, ct);
            var own = await ReadAsync(url, "file.bin", authority.AuthorityFile, ct);
            if (round < 1)
                continue;
            curls.Add(Megabytes / curl.TotalSeconds);
            ours.Add(Megabytes / own.TotalSeconds);
        }

        var ratio = ours.Median() / curls.Median();
        Console.WriteLine($"  {name}: curl {curls.Median():F0} MB/s, ours {ours.Median():F0} MB/s; "
            + $"ratio {ratio:F2}, at least {Target:F1} wanted: {Measured.Verdict(ratio >= Target)}; memory grew "
            + $"{await GrowthAsync(url, "file.bin", authority, ct)} by {Megabytes} MB, {await GrowthAsync(url, "larger.bin", authority, ct)} by {LargerMegabytes} MB");
    }

    private static async Task<string> GrowthAsync(string url, string name, TestAuthority authority, CancellationToken ct)
    {
        GC.Collect();
        var resident = Environment.WorkingSet;
        await ReadAsync(url, name, authority.AuthorityFile, ct);
        return string.Create(CultureInfo.InvariantCulture, $"{(Environment.WorkingSet - resident) / 1e6:+0.0;-0.0} MB");
    }

    private static async Task<TimeSpan> ReadAsync(string url, string name, string authority, CancellationToken ct)
    {
        // FTP's URL counts from the root here, as vsftpd runs without chroot.
        var options = new TransportOptions
        {
            Server = new ServerSettings { Url = url, Proxy = ProxySettings.None, CaFile = url.StartsWith("ftp:", StringComparison.Ordinal) ? null : authority },
            Log = NullLogger.Instance,
        };
        await using var source = RemoteSources.Open(RemoteLocation.Parse(url), options);
        var path = RelativePath.Parse(name);

        // As an update does over HTTP, which has listed what it fetches; FTP's login counts, as curl's does.
        if (url.StartsWith("http", StringComparison.Ordinal))
            await source.StatAsync(path, ct);
        var started = Stopwatch.GetTimestamp();
        await using var stream = await source.OpenReadAsync(path, 0, length: null, ct);
        var buffer = new byte[64 * 1024];
        var count = 0L;
        while (await stream.ReadAsync(buffer, ct) is > 0 and var read)
            count += read;
        await stream.CompleteAsync(ct);
        return count == stream.AnnouncedLength ? Stopwatch.GetElapsedTime(started) : throw new InvalidOperationException($"{count} bytes came.");
    }

    private static async Task<TimeSpan> CurlAsync(string url, string authority, CancellationToken ct)
    {
        // Its own clock: the start of a process is not what is compared. For curl ftps:// is implicit; explicit TLS is asked for beside ftp://.
        string[] tls = url.StartsWith("ftps", StringComparison.Ordinal) ? ["--ssl-reqd", "--tls-max", "1.2"] : [];
        var asked = tls.Length > 0 ? "ftp" + url[4..] : url;
        var seconds = await Programs.RunAsync(
            "curl", ["-s", "-S", "-f", "--noproxy", "*", "--cacert", authority, .. tls, "-o", "/dev/null", "-w", "%{time_total}", asked], ct);
        return TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
    }
}
