using System.Globalization;
using System.Text.Json;
using AppUpdater.EndToEndTests.Conformance;
using AppUpdater.EndToEndTests.LargeFiles;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Tests;
using Xunit.Abstractions;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>
/// Five thousand real files, both ways, against each server, by a process that is killed at twenty random moments: in the end the trees are
/// equal, what was there when it was killed did not travel again, and the log has the success of each file once.
/// </summary>
[Collection(nameof(LargeFilesAlone))]
[Trait("Category", "Long")]
public sealed class CutMirrorTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 20;

    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(20);

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();
    private readonly TempFolder _logs = new();

    public void Dispose()
    {
        _logs.Dispose();
        _here.Dispose();
        _served.Dispose();
    }

    [LongServerFact(ServerPrograms.Vsftpd)]
    public Task A_pull_from_vsftpd_ends_whole() => PullAsync(ServerPrograms.Vsftpd);

    [LongServerFact(ServerPrograms.Proftpd)]
    public Task A_pull_from_ProFTPD_ends_whole() => PullAsync(ServerPrograms.Proftpd);

    [LongServerFact(ServerPrograms.PureFtpd)]
    public Task A_pull_from_PureFTPd_ends_whole() => PullAsync(ServerPrograms.PureFtpd);

    [LongServerFact(ServerPrograms.Vsftpd)]
    public Task A_push_to_vsftpd_ends_whole() => PushAsync(ServerPrograms.Vsftpd);

    [LongServerFact(ServerPrograms.Proftpd)]
    public Task A_push_to_ProFTPD_ends_whole() => PushAsync(ServerPrograms.Proftpd);

    [LongServerFact(ServerPrograms.PureFtpd)]
    public Task A_push_to_PureFTPd_ends_whole() => PushAsync(ServerPrograms.PureFtpd);

    private async Task PullAsync(string program)
    {
        var files = LayOut(_served.Root);
        await using var server = await MirrorServer.StartAsync(program, _served.Root);
        await CutAsync($"pull from {program}", server, MirrorProcess.Pull(server, _here.Root), files, _here.Root);
        MirroredTree.AssertEqual(_served.Root, _here.Root, program);
        (await MirrorProcess.RunAsync(MirrorProcess.Pull(server, _here.Root))).Is(0);
    }

    private async Task PushAsync(string program)
    {
        var files = LayOut(_here.Root);
        ServedPlace.OpenToAll(_served.Root);
        await using var server = await MirrorServer.StartAsync(program, _served.Root);
        await CutAsync($"push to {program}", server, MirrorProcess.Push(server, _here.Root), files, _served.Root);
        MirroredTree.AssertEqual(_here.Root, _served.Root, program);
    }

    private int LayOut(string root)
    {
        var (files, folders) = ShareSample.LayOut(root);
        ServedPlace.OpenToAll(root);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files} files in {folders} folders of /usr/share, of {ShareSample.Files} wanted"));
        Assert.True(files > ShareSample.Files / 10, "There is hardly anything in /usr/share.");
        return files;
    }

    /// <summary>Kills and restarts, then lets it come to its end; what had arrived by each kill does not travel after it.</summary>
    private async Task CutAsync(string what, MirrorServer server, string[] line, int files, string destination)
    {
        var seed = Environment.TickCount;
        var (random, start, cut) = (new Random(seed), TimeProvider.System.GetTimestamp(), 0);
        var arrived = new List<(int Transfers, HashSet<string> Names)>();
        line = [.. line, "--log-json", Log];
        for (var kill = 0; kill < Kills; kill++)
        {
            // About as many new files each time that the last ones are still left for the end.
            var goal = MirroredTree.Names(destination).Count + random.Next(2 * files / (Kills + 2));
            var patience = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(2_500)) : Latest;
            cut += await MirrorProcess.KillAsync(line, () => MirroredTree.Names(destination).Count >= goal, patience) ? 1 : 0;
            var names = MirroredTree.Names(destination);
            arrived.Add((server.ReadTransfers().Count, names));
        }

        (await MirrorProcess.RunAsync(line)).Is(0);
        var transfers = server.ReadTransfers();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"figure: {what}, {files} files, killed {cut} times at work (seed {seed}), after which {string.Join(' ', arrived.Select(then => then.Names.Count))} files were there: {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s, {transfers.Count} transfers"));
        Assert.InRange(cut, Kills / 2, Kills);
        foreach (var (before, names) in arrived)
            Assert.DoesNotContain(transfers.Skip(before), names.Contains);
        AssertLogged(MirroredTree.Names(destination));

        // A file without bytes is made without asking for it.
        var travelled = MirroredTree.Names(destination).Count(name => new FileInfo(Path.Join(destination, name)).Length > 0);
        Assert.True(transfers.Distinct().Count() >= travelled, $"The server's log has {transfers.Distinct().Count()} of {travelled} files.");
    }

    private string Log => _logs["log.json"];

    private void AssertLogged(IEnumerable<string> files)
    {
        var ended = new List<string>();
        foreach (var line in File.ReadLines(Log))
        {
            using var told = JsonDocument.Parse(line);
            var root = told.RootElement;
            if (root.GetProperty("event").ValueEquals("end") && root.GetProperty("state").ValueEquals("ok"))
                ended.Add(root.GetProperty("path").GetString()!);
        }

        Assert.Equal(files.Order(StringComparer.Ordinal), ended.Order(StringComparer.Ordinal));
    }
}
