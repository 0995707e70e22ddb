using System.Globalization;
using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.Bench;

/// <summary>
/// The download engine against lftp on the same tree from the same vsftpd, by turns, each into a fresh folder. Both connect, list and
/// fetch; the engine also hashes and flushes each file, which lftp does not.
/// </summary>
internal static class DownloadRace
{
    private const int WarmUps = 4;
    private const int Rounds = 9;
    private const int Connections = 8;
    private const double Target = 1.2;

    internal static async Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"download, {RuntimeTrees.Files} files of {RuntimeTrees.New} from vsftpd, {Connections} connections");
        if (VsftpdServer.Find() is null || LftpMirror.Find() is null)
        {
            Console.WriteLine($"  not measured: {(VsftpdServer.Find() is null ? VsftpdServer.Absent : LftpMirror.Absent)}");
            return;
        }

        using var folder = new BenchFolder();
        RuntimeTrees.LayOut(RuntimeTrees.New, folder["served"]);
        await using var server = await VsftpdServer.StartAsync(folder["served"], ct: ct);
        var lftp = new List<double>();
        var engine = new List<double>();

        // The first rounds warm the file cache and the compiler, and do not count.
        for (var round = 1 - WarmUps; round <= Rounds; round++)
        {
            var (mirrored, fetched) = await RaceAsync(server, folder, engineFirst: round % 2 == 0, ct);
            var name = round < 1 ? "warm-up" : $"round {round.ToString(CultureInfo.InvariantCulture)}";
            Console.WriteLine($"  {name}: lftp {mirrored:F3} s, engine {fetched:F3} s");
            if (round < 1)
                continue;
            lftp.Add(mirrored);
            engine.Add(fetched);
        }

        var ratio = engine.Median() / lftp.Median();
        Console.WriteLine($"  medians: lftp {lftp.Median():F3} s, engine {engine.Median():F3} s; "
            + $"ratio {ratio:F2}, at most {Target:F1} allowed: {Measured.Verdict(ratio <= Target)}");
    }

    private static async Task<(double Lftp, double Engine)> RaceAsync(VsftpdServer server, BenchFolder folder, bool engineFirst, CancellationToken ct)
    {
        Task<double> Mirror() => TimedDownload.RunAsync(folder, RuntimeTrees.Files, into => LftpMirror.RunAsync(server.Url, Connections, into, ct), ct);
        Task<double> Fetch() => TimedDownload.RunAsync(folder, RuntimeTrees.Files, into => EngineDownload.RunAsync(server.Url, Connections, into, ct), ct);
        if (!engineFirst)
            return (await Mirror(), await Fetch());
        var engine = await Fetch();
        return (await Mirror(), engine);
    }
}
