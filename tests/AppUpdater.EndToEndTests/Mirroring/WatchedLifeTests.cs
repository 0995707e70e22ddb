using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AppUpdater.EndToEndTests.LargeFiles;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Tests;
using Xunit.Abstractions;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>Two hours of a folder's life in two minutes, by another process, while the command watches the folder and pushes it to vsftpd.</summary>
[Collection(nameof(LargeFilesAlone))]
[Trait("Category", "Long")]
public sealed class WatchedLifeTests(ITestOutputHelper output) : IDisposable
{
    private const int Steps = 2_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan RestWithin = TimeSpan.FromMinutes(3);

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();
    private readonly TempFolder _script = new();
    private readonly TempFolder _logs = new();

    public void Dispose()
    {
        _logs.Dispose();
        _script.Dispose();
        _here.Dispose();
        _served.Dispose();
    }

    [LongServerFact(ServerPrograms.Vsftpd)]
    public async Task Two_thousand_random_changes_by_another_process_end_in_equal_trees_and_every_outcome_is_logged_once()
    {
        var seed = Environment.TickCount;
        _here.Write("there before.txt", "one");
        await using var server = await VsftpdServer.StartAsync(_served.Root, new VsftpdOptions { Writable = true, Log = true });
        string[] line =
        [
            _here.Root, server.Url.ToString(), "--every", "5s", "--delete", "--max-delete", $"{Steps}", "--log-dir", _logs.Root, "--log-json", _logs["log.json"],
        ];
        using (var watch = WatchProcess.Start(line))
        {
            await watch.CycleAsync();
            var start = Stopwatch.GetTimestamp();
            await LiveAsync(new WatchedLife(seed).Write(Steps, Pause));
            var lived = Stopwatch.GetElapsedTime(start);
            await RestAsync(watch, seed);
            var rested = Stopwatch.GetElapsedTime(start) - lived;
            Assert.True(await watch.TerminateAsync() == 0, watch.Said);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"figure: {Steps} changes (seed {seed}) in {lived.TotalSeconds:F0} s, both trees equal {rested.TotalSeconds:F1} s later; {Told("end").Count} files sent"));
        }

        AssertLoggedOnce(server);
        var before = server.ReadCommands().Count(IsWrite);
        using (var again = WatchProcess.Start(line))
        {
            await again.CycleAsync();
            Assert.True(await again.TerminateAsync() == 0, again.Said);
        }

        Assert.Equal(before, server.ReadCommands().Count(IsWrite));
        MirroredTree.AssertEqual(_here.Root, _served.Root, "after a restart");
    }

    /// <summary>What the server was told to do, the log has, as often, and in an order that leads to what is there now.</summary>
    private void AssertLoggedOnce(VsftpdServer server)
    {
        Assert.Equal(Asked(server, "RNTO "), Told("end").Select(AsVsftpdLogs).Order(StringComparer.Ordinal));
        Assert.Equal(Asked(server, "DELE "), Told("file-removed").Select(AsVsftpdLogs).Order(StringComparer.Ordinal));
        Assert.Equal(Told("start", "-"), Told("end").Concat(Told("end", "failed")).Order(StringComparer.Ordinal));
        var tree = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (what, path, _) in Log().Where(one => one.State == "ok"))
        {
            Assert.True(what switch
            {
                "end" => tree.Add(path) || true, // sent again, with other bytes
                "folder-created" => tree.Add($"{path}/"),
                "file-removed" => tree.Remove(path),
                "folder-removed" => tree.Remove($"{path}/"),
                _ => true,
            }, $"{what} {path} is told twice.");
        }

        Assert.Equal(Names(_served.Root), tree.Order(StringComparer.Ordinal));
    }

    /// <summary>Leftovers of files that changed as they were sent are removed, too, and are no outcome.</summary>
    private List<string> Asked(VsftpdServer server, string command) => [.. server.ReadCommands()
        .Where(line => line.StartsWith(command, StringComparison.Ordinal) && !line.EndsWith(".uploading", StringComparison.Ordinal))
        .Select(line => Path.GetRelativePath(_served.Root, line[command.Length..])).Order(StringComparer.Ordinal)];

    /// <summary>In its log every byte that is not ASCII is a question mark.</summary>
    private static string AsVsftpdLogs(string path) => string.Concat(Encoding.UTF8.GetBytes(path).Select(one => one < 128 ? (char)one : '?'));

    private List<string> Told(string what, string state = "ok") =>
        [.. Log().Where(one => one.What == what && one.State == state).Select(one => one.Path).Order(StringComparer.Ordinal)];

    private IEnumerable<(string What, string Path, string State)> Log()
    {
        foreach (var line in File.ReadLines(_logs["log.json"]))
        {
            using var told = JsonDocument.Parse(line);
            var root = told.RootElement;
            yield return (Text(root, "event"), Text(root, "path"), Text(root, "state"));
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "-";

    private static bool IsWrite(string command) => command.Split(' ')[0] is "STOR" or "APPE" or "DELE" or "RNTO" or "MKD" or "RMD";

    private async Task LiveAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", [_script.Write("life.sh", script)]) { WorkingDirectory = _here.Root, RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private async Task RestAsync(WatchProcess watch, int seed)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < RestWithin && !IsAtRest())
        {
            Assert.False(watch.HasEnded, watch.Said);
            await Task.Delay(500);
        }

        MirroredTree.AssertEqual(_here.Root, _served.Root, string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
    }

    private bool IsAtRest()
    {
        try
        {
            return MirroredTree.Of(_here.Root).SequenceEqual(MirroredTree.Of(_served.Root));
        }
        catch (Exception e) when (e is IOException)
        {
            return false; // renamed while it was looked at
        }
    }

    private static List<string> Names(string root) =>
        [.. MirroredTree.Of(root).Select(line => line.EndsWith('/') ? line : line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal)];
}
