using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.Testing;

namespace AppUpdater.Bench;

/// <summary><c>verify</c> of 100 MB beside sha256sum, which reads the same files, half of them in each of two processes at once.</summary>
internal static class VerifyRace
{
    private const int Files = 50;
    private const int FileSize = 2_000_000;
    private const int Rounds = 5;
    private const double TargetSpeed = 0.8;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine("verify, 100 MB in 50 files, in the page cache");
        if (Programs.Find("sha256sum") is not { } sum)
        {
            Console.WriteLine("  not measured: sha256sum is not installed");
            return;
        }

        using var folder = new BenchFolder();
        folder.WriteVersion("1.0.0");
        var content = new byte[FileSize];
        for (var i = 0; i < Files; i++)
        {
            RandomNumberGenerator.Fill(content);
            await File.WriteAllBytesAsync(folder[string.Create(CultureInfo.InvariantCulture, $"served/file{i:00}.bin")], content, ct);
        }

        await using var server = LoopbackFtpServer.Start(folder["served"], new FtpServerOptions { ReadOnly = true });
        folder.WriteSettings(server.Url);
        var installed = await CliRun.RunAsync(["update", "--config", folder["install/dato.ini"]], ct);
        if (installed.ExitCode != 0)
        {
            Console.WriteLine($"  not measured: update ended with {installed.ExitCode}. {installed.Output}");
            return;
        }

        var halves = Directory.GetFiles(folder["install"], "*.bin").Order(StringComparer.Ordinal).Chunk(Files / 2).ToArray();
        var (ours, theirs, program) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            theirs = Least(theirs, await TookAsync(() => Task.WhenAll(halves.Select(half => Programs.RunAsync(sum, half, ct)))));
            ours = Least(ours, await TookAsync(() => VerifyAsync(folder, ct)));
            // As sha256sum is run: to look at its memory meanwhile would take from its time.
            program = Least(program, await TookAsync(() => Programs.RunAsync("dotnet", [CliRun.Cli, "verify", "--config", folder["install/dato.ini"]], ct)));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  sha256sum twice at once: {theirs.TotalMilliseconds:F0} ms, the best of {Rounds} rounds as below"));
        Tell("VerifyAsync", ours, theirs);
        Tell("appupdater verify, the program's start included", program, theirs);
        Console.WriteLine($"  {Measured.Load()}");
    }

    private static void Tell(string name, TimeSpan took, TimeSpan theirs) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name}: {took.TotalMilliseconds:F0} ms, {theirs / took:F2} x the speed of sha256sum, {TargetSpeed} x asked for: {Measured.Verdict(theirs / took >= TargetSpeed)}"));

    private static async Task VerifyAsync(BenchFolder folder, CancellationToken ct)
    {
        await using var updater = UpdateManager.FromSettings(folder["install/dato.ini"]);
        var report = await updater.VerifyAsync(ct);
        if (!report.IsWhole)
            throw new InvalidOperationException("verify found what is not there.");
    }

    private static async Task<TimeSpan> TookAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
