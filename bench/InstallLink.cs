using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.Bench;

/// <summary>
/// A fresh install of a signed release of 1,000 mixed files from a distant server, the whole of <c>appupdater update</c>, against curl
/// fetching one file of as many bytes as travelled, by turns: what signatures, packs, hashing and the swap cost beyond the line. And, not judged,
/// the same install from a folder of this machine: what of it is no waiting for the line.
/// </summary>
internal static class InstallLink
{
    private const int Rounds = 3;
    private const int Megabits = 100;
    private const double Target = 1.25;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"signed install of {MixedTree.Files:N0} mixed files over a link of {OneWay.TotalMilliseconds} ms each way and {Megabits} Mbit/s, vsftpd behind it");
        var missing = VsftpdServer.Find() is null ? VsftpdServer.Absent
            : Programs.Find("curl") is null ? "curl is not installed (apt-get install curl)"
            : DelayedLink.Absent();
        using var folder = new BenchFolder();
        if (missing is null && MixedTree.LayOut(folder["build"]) is null)
            missing = $"the .NET installation has fewer than {MixedTree.Files} files";
        if (missing is not null)
        {
            Console.WriteLine($"  not measured: {missing}");
            return;
        }

        await PublishAsync(folder, ct);
        await using var link = await DelayedLink.StartAsync(folder, OneWay, Megabits, ct);
        await using var server = await VsftpdServer.StartAsync(folder["served"], new VsftpdOptions { Place = new ServerPlace(DelayedLink.Far, link.Prefix) }, ct);
        var (ours, near, theirs, bytes) = (new List<double>(), new List<double>(), new List<double>(), 0L);
        for (var round = 0; round < Rounds; round++)
        {
            // The first to go tells how many bytes there are to fetch.
            var (seconds, fetched) = await InstallAsync(folder, server.Url.ToString(), $"far{round}", ct);
            ours.Add(seconds);
            near.Add((await InstallAsync(folder, folder["served"], $"near{round}", ct)).Seconds);
            if (fetched != bytes)
                await File.WriteAllBytesAsync(folder["served/one.bin"], RandomNumberGenerator.GetBytes((int)(bytes = fetched)), ct);
            theirs.Add(await CurlAsync(folder, server, ct));
            Console.WriteLine($"  round {round + 1}: curl {theirs[^1]:F2} s, install {seconds:F2} s, from a folder here {near[^1]:F2} s");
        }

        var ratio = ours.Median() / theirs.Median();
        Console.WriteLine($"  {bytes / 1e6:F1} MB travelled; medians: curl {theirs.Median():F2} s, install {ours.Median():F2} s, from a folder here {near.Median():F2} s; ratio {ratio:F2}, "
            + string.Create(CultureInfo.InvariantCulture, $"at most {Target:F2} allowed: {Measured.Verdict(ratio <= Target)}; {Measured.Load()}"));
    }

    private static async Task PublishAsync(BenchFolder folder, CancellationToken ct)
    {
        Environment.SetEnvironmentVariable("APPUPDATER_KEY_PASSPHRASE", "only for the bench");
        await Programs.RunAsync("dotnet", [CliRun.Cli, "keygen", "--out", folder["keys"]], ct);
        await Programs.RunAsync(
            "dotnet",
            [CliRun.Cli, "publish", folder["build"], "--app", "com.example.bench", "--version", "1.0.0", "--to", folder["served"], "--key", folder["keys/publisher.key"]], ct);
    }

    /// <summary>Into an empty folder, by the program; the bytes are those that the link carried to it.</summary>
    private static async Task<(double Seconds, long Bytes)> InstallAsync(BenchFolder folder, string url, string name, CancellationToken ct)
    {
        var install = Directory.CreateDirectory(folder[name]).FullName;
        File.Copy(folder["keys/publisher.pub"], Path.Join(install, "publisher.pub"));
        await File.WriteAllTextAsync(
            Path.Join(install, "dato.ini"),
            $"[server]\nurl = {url}\n[install]\napp = com.example.bench\n[trust]\nkeys = publisher.pub\n[update]\nbackup = none\n",
            ct);
        var before = DelayedLink.Received();
        var took = await TimeAsync("dotnet", [CliRun.Cli, "update", "--config", Path.Join(install, "dato.ini")], ct);
        var bytes = DelayedLink.Received() - before;
        var files = Directory.EnumerateFiles(folder["build"], "*", SearchOption.AllDirectories)
            .Count(file => new FileInfo(Path.Join(install, Path.GetRelativePath(folder["build"], file))) is { Exists: true } there && there.Length == new FileInfo(file).Length);
        return files == MixedTree.Files ? (took, bytes) : throw new InvalidOperationException($"{files} files are installed, not {MixedTree.Files}.");
    }

    private static Task<double> CurlAsync(BenchFolder folder, VsftpdServer server, CancellationToken ct) =>
        TimeAsync("curl", ["-sS", "-o", folder["one.bin"], new Uri(server.Url, "one.bin").ToString()], ct);

    /// <summary>
    /// In seconds, its start included, and on a disk that has nothing left to write of what was laid out or fetched before. Nobody looks at its
    /// memory meanwhile: on two processors that would be felt.
    /// </summary>
    private static async Task<double> TimeAsync(string program, string[] args, CancellationToken ct)
    {
        await Programs.RunAsync("sync", [], ct);
        var started = TimeProvider.System.GetTimestamp();
        await Programs.RunAsync(program, args, ct);
        return TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
