using System.Text.Json;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Logging;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;
using AppUpdater.Tests.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Logging;

public sealed class MirrorLogTests
{
    private const int Limit = 120_000;
    private const string Pulled = "download_log_ana.txt";

    [Fact(Timeout = Limit)]
    public async Task A_pull_tells_cycles_starts_ends_and_folders_once_all_in_them_is_done()
    {
        await using var scene = new LogScene();
        scene.Served.WriteOld("a/b/one", "1");
        scene.Served.WriteOld("a/two", "22");
        await scene.RunAsync(scene.Job(MirrorDirection.Pull, options => options with { Connections = 1 }));

        var entries = scene.Entries(Pulled);
        Assert.Equal("cycle-begin - -", LogScene.Words(entries[0]));
        Assert.Equal(
            ["folder-created a ok", "folder-created a/b ok"], entries.Where(entry => entry.Event == LogEvent.FolderCreated).Select(LogScene.Words));
        Assert.Equal(
            ["start a/b/one -", "end a/b/one ok", "folder-done a/b ok"], entries.Select(LogScene.Words).Where(words => words.Contains("a/b", StringComparison.Ordinal) && !words.Contains("created", StringComparison.Ordinal)));
        Assert.Equal(["folder-done a ok", "folder-done . ok"], entries.Select(LogScene.Words).Where(words => words is "folder-done a ok" or "folder-done . ok"));
        Assert.StartsWith("new=2 unchanged=0 failed=0 skipped=0 removed=0 bytes=3 seconds=", entries[^1].Reason, StringComparison.Ordinal);
        Assert.Equal("cycle-end - ok", LogScene.Words(entries[^1]));
        Assert.Equal("bytes=2", entries.Single(entry => entry is { Event: LogEvent.End, Path: "a/two" }).Reason);

        var json = scene.Lines("log.jsonl").Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(entries.Count, json.Count);
        Assert.Equal(2, json[^1].GetProperty("new").GetInt32());
        Assert.Equal(entries.Select(entry => LogWords.Of(entry.Event)), json.Select(line => line.GetProperty("event").GetString()));
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_skipped_or_unchanged_is_only_counted_and_what_failed_has_its_reason()
    {
        await using var scene = new LogScene();
        scene.Served.WriteOld("keep", "1");
        scene.Served.WriteOld("no.tmp", "1");
        scene.Served.WriteOld("bad", "1");
        var job = scene.Job(MirrorDirection.Pull, options => options with { Filter = new MirrorFilter { ExcludeExtensions = ["tmp"] } });
        Directory.CreateDirectory(scene.Here["bad"]);
        await scene.RunAsync(job);
        await scene.RunAsync(job);

        var entries = scene.Entries(Pulled);
        Assert.Single(entries, entry => entry.Path == "keep" && entry.Event == LogEvent.End);
        Assert.DoesNotContain(entries, entry => entry.Path == "no.tmp");
        Assert.Equal(2, entries.Count(entry => entry is { Event: LogEvent.Problem, Path: "bad", State: LogState.Failed } && entry.Reason!.Contains("folder", StringComparison.Ordinal)));
        Assert.StartsWith("new=0 unchanged=1 failed=1 skipped=1 ", entries[^1].Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_run_that_fails_tells_why_and_never_the_password()
    {
        await using var scene = new LogScene();
        var job = scene.Job(MirrorDirection.Pull, options => options with { Url = "ftp://steve:geheim42@127.0.0.1:1/x", Retries = 0 });
        await Assert.ThrowsAsync<UnreachableException>(() => scene.RunAsync(job));
        await Assert.ThrowsAsync<UnreachableException>(() => scene.RunAsync(job with { Options = job.Options with { Url = "ftp://127.0.0.1:1/x", User = "steve", Password = "geheim42" } }));

        var entries = scene.Entries(Pulled);
        Assert.Equal(2, entries.Count);
        Assert.All(entries, entry => Assert.Equal((LogEvent.RunFailed, LogState.Failed), (entry.Event, entry.State)));
        Assert.All(entries, entry => Assert.Contains("127.0.0.1", entry.Reason, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(scene.Logs.Root))
            Assert.DoesNotContain("geheim42", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_transfer_that_is_cut_off_by_a_stop_has_an_end()
    {
        await using var scene = new LogScene();
        await File.WriteAllBytesAsync(scene.Served["big"], new byte[3_000_000]);
        var job = scene.Job(MirrorDirection.Pull, options => options with { Rate = 200_000 });
        using var log = scene.Open(job);
        using var stop = new CancellationTokenSource();
        await using (var pull = MirrorPull.Open(job.Options))
        {
            var plan = await pull.PlanAsync();
            log.Planned(plan);
            var told = new ToldEvents { OnEvent = one => { log.Happened(one); stop.Cancel(); } };
            var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull.ExecuteAsync(plan, told, stop.Token));
            log.Failed(e);
        }

        Assert.Equal(["cycle-begin - -", "start big -", "end big stopped", "run-failed - stopped"], scene.Entries(Pulled).Select(LogScene.Words));
    }

    [Fact(Timeout = Limit)]
    public async Task A_push_in_the_old_style_tells_each_outcome_once_in_the_order_they_finished()
    {
        await using var scene = new LogScene();
        scene.Log = new MirrorLogOptions(scene.Logs.Root, "root", MirrorLogStyle.Seed, null);
        scene.Here.WriteOld("test/ai.txt", "ai");
        scene.Here.WriteOld("test/help/x", "x");
        var job = scene.Job(MirrorDirection.Push, options => options with { Delete = true, Connections = 1 });
        using var log = scene.Open(job);
        await LogScene.RunAsync(job, log);
        Directory.Delete(scene.Here["test/help"], recursive: true);
        await LogScene.RunAsync(job, log);

        const string Info = "2026-11-20 09:00:00,000 - root - INFO - ";
        Assert.Equal(
            [
                Info + "Valid parameters",
                Info + "Folder created: test",
                Info + "Folder created: test/help",
                Info + "File created / updated : srv test/ai.txt file ai.txt",
                Info + "File created / updated : srv test/help/x file x",
                Info + "File removed : test/help/x",
                Info + "Folder removed : test/help",
            ],
            scene.Lines("upload_log_root.txt"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_log_that_can_not_be_written_is_refused_before_anything_is_transferred()
    {
        await using var scene = new LogScene();
        Directory.CreateDirectory(scene.Logs[Pulled]);
        var refused = Assert.Throws<InstallException>(() => scene.Open(scene.Job(MirrorDirection.Pull)));
        Assert.Contains(scene.Logs[Pulled], refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was transferred", refused.Message, StringComparison.Ordinal);

        scene.Logs.Write("file", "x");
        scene.Log = new MirrorLogOptions(null, null, MirrorLogStyle.Standard, scene.Logs["file/log.jsonl"]);
        Assert.Contains("log.jsonl", Assert.Throws<InstallException>(() => scene.Open(scene.Job(MirrorDirection.Pull))).Message, StringComparison.Ordinal);

        scene.Log = new MirrorLogOptions(scene.Logs.Root, "ana", MirrorLogStyle.Standard, scene.Logs[Pulled]);
        Assert.Throws<SettingsException>(() => scene.Job(MirrorDirection.Pull));
    }

    [Fact(Timeout = Limit)]
    public async Task A_disk_that_fills_up_under_the_log_is_said_once_and_the_log_tells_what_it_lacks()
    {
        await using var scene = new LogScene();
        for (var i = 0; i < 6; i++)
            scene.Served.WriteOld($"f{i}", "x");
        var job = scene.Job(MirrorDirection.Pull);
        var disk = new FullDisk();
        using var log = MirrorLog.Open(job, scene.Clock, scene.Notes.Add, (place, format) => format is JsonFormat
            ? new DailyFile(place, DurableFiles.ForThisSystem(), scene.Clock, format.Day)
            : new DailyFile(place, DurableFiles.ForThisSystem(), scene.Clock, format.Day) { OpenFile = path => new FileOnFullDisk(path, disk) });
        disk.Room = 200;
        Assert.Empty((await LogScene.RunAsync(job, log)).Failures);
        disk.Room = long.MaxValue;
        await LogScene.RunAsync(job, log);

        Assert.Equal(MirrorTesting.Tree(scene.Served.Root), MirrorTesting.Tree(scene.Here.Root));
        Assert.Contains(scene.Logs[Pulled], Assert.Single(scene.Notes), StringComparison.Ordinal);
        var lines = scene.Lines(Pulled);
        var gap = Assert.Single(lines, line => line.Contains("\tgap\t", StringComparison.Ordinal));
        var whole = lines.Count(line => StandardFormat.TryParse(line, out _));
        var missing = int.Parse(LogScene.Parsed(gap).Reason!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(scene.Lines("log.jsonl").Count, whole - 1 + missing);
        Assert.InRange(missing, 1, 20);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_that_is_killed_loses_no_success_either()
    {
        await using var scene = new LogScene();
        scene.Here.WriteOld("a/one", "1");
        var job = scene.Job(MirrorDirection.Push);
        await Assert.ThrowsAsync<InvalidDataException>(() => WatchAsync(scene, job, report => { }, told => throw new InvalidDataException("killed")));
        Assert.DoesNotContain(scene.Entries("upload_log_ana.txt"), entry => entry.State == LogState.Ok && entry.Event == LogEvent.End);

        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WatchAsync(scene, job, _ => stop.Cancel(), _ => { }, stop.Token));
        Assert.Equal(
            ["end a/one ok", "folder-done a ok", "folder-done . ok", "cycle-begin - -", "cycle-end - ok"],
            scene.Entries("upload_log_ana.txt").Select(LogScene.Words).TakeLast(5));
        Assert.Single(scene.Entries("upload_log_ana.txt"), entry => entry is { Event: LogEvent.End, Path: "a/one" });
    }

    private static async Task WatchAsync(LogScene scene, MirrorJob job, Action<MirrorReport> ended, Action<MirrorEvent> done, CancellationToken ct = default)
    {
        var log = scene.Open(job); // never closed: the process ends
        await using var push = MirrorPush.Open(job.Options);
        push.Planned = log.Planned;
        var told = new ToldEvents
        {
            OnEvent = one =>
            {
                if (one.Kind == MirrorEventKind.FileDone)
                    done(one);
                log.Happened(one);
            },
        };
        await push.WatchAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(24), told, report =>
        {
            log.Ended(report);
            ended(report);
        }, ct);
    }

    [Theory]
    [InlineData("Aixa", "download_log_Aixa.txt")]
    [InlineData("../../etc/x", "download_log_______etc_x.txt")]
    [InlineData("ana.2026-11-20", "download_log_ana_2026-11-20.txt")]
    [InlineData("a b\n:*?", "download_log_a_b____.txt")]
    public void A_user_is_made_fit_for_a_file_name(string user, string name) =>
        Assert.Equal(name, Assert.Single(LogPlaces.Of(MirrorDirection.Pull, new MirrorLogOptions("/x", user, MirrorLogStyle.Standard, null))).Name);

    private sealed class FullDisk
    {
        internal long Room { get; set; } = long.MaxValue;
    }

    /// <summary>Takes what there is room for, as a full disk does, and says so.</summary>
    private sealed class FileOnFullDisk(string path, FullDisk disk) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            var fits = (int)Math.Min(disk.Room, count);
            base.Write(buffer, offset, fits);
            disk.Room -= fits;
            if (fits < count)
                throw new IOException("No space left on device");
        }
    }
}
