using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Logging;
using AppUpdater.Mirroring;
using AppUpdater.Tests.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Logging;

/// <summary>A run that is killed at any moment: the log tells each success once, and none is missing.</summary>
public sealed class MirrorLogCutTests
{
    private const int Limit = 300_000;
    private static readonly string[] Files = ["a/one", "a/two", "b/c/three", "b/four", "five"];
    private static readonly string[] Folders = ["a", "b", "b/c", "."];

    /// <summary>Where in the telling of one event the process ends.</summary>
    public enum Cut
    {
        /// <summary>The thing is done, and no line is written.</summary>
        BeforeTheLine,

        /// <summary>Half of the line is there.</summary>
        InTheLine,

        /// <summary>The line is there, and nothing that says so.</summary>
        AfterTheLine,

        /// <summary>All is written.</summary>
        AfterAll,
    }

    [Theory(Timeout = Limit)]
    [InlineData("Pull", "Standard", Cut.BeforeTheLine)]
    [InlineData("Pull", "Standard", Cut.InTheLine)]
    [InlineData("Pull", "Standard", Cut.AfterTheLine)]
    [InlineData("Pull", "Standard", Cut.AfterAll)]
    [InlineData("Pull", "Seed", Cut.BeforeTheLine)]
    [InlineData("Pull", "Seed", Cut.InTheLine)]
    [InlineData("Pull", "Seed", Cut.AfterTheLine)]
    [InlineData("Push", "Standard", Cut.BeforeTheLine)]
    [InlineData("Push", "Standard", Cut.InTheLine)]
    [InlineData("Push", "Standard", Cut.AfterTheLine)]
    public async Task Killed_at_any_event_each_success_is_told_once(string direction, string style, Cut cut)
    {
        var (way, shape) = (Enum.Parse<MirrorDirection>(direction), Enum.Parse<MirrorLogStyle>(style));
        for (var at = 0; await TryAsync(way, shape, cut, at, isStateLost: false); at++)
        {
            Assert.InRange(at, 0, 40);
            await TryAsync(way, shape, cut, at, isStateLost: true);
        }
    }

    /// <summary>False where the run has no such event.</summary>
    private static async Task<bool> TryAsync(MirrorDirection direction, MirrorLogStyle style, Cut cut, int at, bool isStateLost)
    {
        await using var scene = new LogScene();
        scene.Log = new MirrorLogOptions(scene.Logs.Root, "ana", style, scene.Logs["log.jsonl"]);
        foreach (var file in Files)
            (direction == MirrorDirection.Pull ? scene.Served : scene.Here).WriteOld(file, file);
        var job = scene.Job(direction, options => options with { Connections = 1, Url = scene.Served.Root }); // a folder: hundreds of logins would take minutes
        var killed = new KilledListener(scene.Open(job), at, cut == Cut.BeforeTheLine);
        try
        {
            await LogScene.RunAsync(job, killed);
        }
        catch (KilledException)
        {
            Damage(scene, direction, cut, killed.Last!);
        }

        var isReached = killed.Last is not null;
        if (isStateLost)
            LoseState(scene);
        scene.Clock.Now = scene.Clock.Now.AddMinutes(1);
        Assert.Empty((await scene.RunAsync(job)).Failures);
        scene.Clock.Now = scene.Clock.Now.AddMinutes(1);
        await scene.RunAsync(job);

        var case_ = $"{direction} {style} {cut} at {at} ({killed.Last}), state lost: {isStateLost}";
        Assert.Equal(MirrorTesting.Tree(scene.Served.Root), MirrorTesting.Tree(scene.Here.Root));
        Assert.Empty(scene.Notes);
        foreach (var lines in new[] { PeopleLines(scene, direction, style), JsonLines(scene) })
        {
            foreach (var path in Files)
                Assert.True(lines.Count(line => line == $"end {path}") == 1, $"{case_}: {path} in\n{string.Join('\n', lines)}");
            foreach (var folder in Folders.Where(_ => style == MirrorLogStyle.Standard || direction == MirrorDirection.Pull))
                Assert.True(lines.Count(line => line == $"folder-done {folder}") == 1, $"{case_}: {folder} in\n{string.Join('\n', lines)}");
        }

        if (style == MirrorLogStyle.Standard && cut != Cut.InTheLine)
            Assert.Equal(Paths(scene, direction, "start"), Paths(scene, direction, "end"));
        return isReached;
    }

    private static IReadOnlyList<string> Paths(LogScene scene, MirrorDirection direction, string word) =>
        [.. scene.Entries(PeopleName(direction)).Where(entry => LogWords.Of(entry.Event) == word).Select(entry => entry.Path!).Order(StringComparer.Ordinal)];

    private static string PeopleName(MirrorDirection direction) => direction == MirrorDirection.Pull ? "download_log_ana.txt" : "upload_log_ana.txt";

    private static IReadOnlyList<string> PeopleLines(LogScene scene, MirrorDirection direction, MirrorLogStyle style) => style == MirrorLogStyle.Seed
        ? [.. scene.Lines(PeopleName(direction)).Where(line => line.EndsWith(" - ana - Descarga exitosa", StringComparison.Ordinal)).Select(line => line.Split(" - ")[1])
            .Select(path => Folders.Contains(path) ? $"folder-done {path}" : $"end {path}")]
        : [.. scene.Lines(PeopleName(direction)).Where(line => line.Split('\t') is [_, "end" or "folder-done", _, _, "ok", _]).Select(line => string.Join(' ', line.Split('\t')[1..3]))];

    private static IReadOnlyList<string> JsonLines(LogScene scene) =>
        [.. scene.Lines("log.jsonl").Where(line => line.EndsWith('}')).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("event").GetString() is "end" or "folder-done" && line.GetProperty("state").GetString() == "ok")
            .Select(line => $"{line.GetProperty("event").GetString()} {line.GetProperty("path").GetString()}")];

    private static void Damage(LogScene scene, MirrorDirection direction, Cut cut, MirrorEvent last)
    {
        var isStart = last.Kind == MirrorEventKind.Started;
        if (cut == Cut.InTheLine)
        {
            foreach (var name in new[] { PeopleName(direction), "log.jsonl" })
                Shorten(scene.Logs[name], whole: false, name == "log.jsonl" || !IsSilent(scene, last));
        }

        if (cut is Cut.InTheLine or Cut.AfterTheLine && !isStart && last.Kind != MirrorEventKind.Duplicate)
            Shorten(Assert.Single(Directory.GetFiles(scene.Here[".appupdater/mirror"], "*.told")), whole: true, isMeant: true);
    }

    private static bool IsSilent(LogScene scene, MirrorEvent last) =>
        scene.Log.Style == MirrorLogStyle.Seed && last.Kind is MirrorEventKind.Started or MirrorEventKind.FolderCreated;

    private static void Shorten(string path, bool whole, bool isMeant)
    {
        if (!isMeant)
            return;
        var text = File.ReadAllText(path);
        var start = text.LastIndexOf('\n', text.Length - 2) + 1;
        File.WriteAllText(path, whole ? text[..start] : text[..(start + ((text.Length - start) / 2))]);
    }

    private static void LoseState(LogScene scene)
    {
        foreach (var file in Directory.GetFiles(scene.Here[".appupdater/mirror"]).Where(file => !file.EndsWith(".told", StringComparison.Ordinal)))
            File.Delete(file);
    }

    private sealed class KilledException : Exception;

    /// <summary>Dies at one event; nothing is told any more after it. The log it has is never closed.</summary>
    private sealed class KilledListener(IMirrorListener log, int at, bool isBefore) : IMirrorListener
    {
        private int _events;

        internal MirrorEvent? Last { get; private set; }

        public void Planned(MirrorPlan plan) => log.Planned(plan);

        public void Happened(MirrorEvent happened)
        {
            if (happened.Kind == MirrorEventKind.Progress)
                return;
            if (Last is not null)
                throw new KilledException();
            if (_events++ < at)
            {
                log.Happened(happened);
                return;
            }

            Last = happened;
            if (!isBefore)
                log.Happened(happened);
            throw new KilledException();
        }

        public void Ended(MirrorReport report) => log.Ended(report);

        public void Failed(Exception failure) => Assert.IsType<KilledException>(failure);
    }
}
