using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Mirroring;
using AppUpdater.Testing;
using AppUpdater.Tests.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>The program that is started for each folder that is complete, with a real pull.</summary>
public sealed class FolderProgramsTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();
    private readonly TempFolder _logs = new();
    private readonly List<string> _notes = [];

    public void Dispose()
    {
        _served.Dispose();
        _here.Dispose();
        _logs.Dispose();
    }

    [UnixFact(Timeout = Limit)]
    public async Task Each_folder_that_files_came_into_is_told_once_it_is_whole_inner_ones_first_and_unchanged_ones_never_again()
    {
        _served.WriteOld("a scene/maps/m.png", "map");
        _served.WriteOld("a scene/s.max", "scene");
        _served.WriteOld("other/o.max", "other");
        await using var server = LoopbackFtpServer.Start(_served.Root);

        Assert.Equal(["a scene", "a scene/maps", "other", ""], Sorted(await PullAsync(server)));
        Assert.Empty(await PullAsync(server));

        _served.WriteOld("other/new.max", "new");
        Assert.Equal(["other", ""], await PullAsync(server));
        Assert.Empty(_notes);
    }

    [UnixFact(Timeout = Limit)]
    public async Task A_folder_in_which_a_file_failed_is_told_once_a_later_cycle_completes_it()
    {
        _served.WriteOld("scene/good.max", "good");
        _served.WriteOld("scene/bad.max", "bad");
        _served.WriteOld("whole/w.max", "whole");
        _here.Write("scene/bad.max/in the way.txt", "a folder where the file should be");
        await using var server = LoopbackFtpServer.Start(_served.Root);

        Assert.Equal(["whole"], await PullAsync(server));
        Directory.Delete(_here["scene/bad.max"], recursive: true);
        Assert.Equal(["scene", ""], await PullAsync(server));
    }

    [UnixFact(Timeout = Limit)]
    public async Task A_folder_that_only_lost_files_is_not_told()
    {
        _served.WriteOld("scene/a.max", "a");
        _served.WriteOld("scene/b.max", "b");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await PullAsync(server);
        File.Delete(_served["scene/b.max"]);
        Assert.Empty(await PullAsync(server));
        Assert.False(File.Exists(_here["scene/b.max"]));
    }

    [Fact]
    public async Task A_plan_that_can_not_try_all_of_a_folder_does_not_complete_it()
    {
        var queue = new ProgramQueue(new StartedProgram([_logs["must not start"]], FolderPrograms.Option, Note), Note);
        var programs = new FolderPrograms(Job(MirrorTesting.Options("ftp://server.example/", _here.Root)), queue, CancellationToken.None);
        var path = RelativePath.Parse("scene/sub/a.max");
        programs.Planned(new MirrorPlan([], 0, 0) { Failures = [new MirrorFailure(RelativePath.Parse("scene/sub"), "A name in it is no path.")] });
        programs.Happened(new MirrorEvent(MirrorEventKind.FileDone, path, DateTimeOffset.UnixEpoch, 1, true, null));
        foreach (var folder in new[] { path.Parent, path.Parent!.Parent, null })
            programs.Happened(new MirrorEvent(MirrorEventKind.FolderDone, folder, DateTimeOffset.UnixEpoch, 0, true, null));
        await programs.DisposeAsync();
        Assert.Empty(_notes);
    }

    private static string[] Sorted(IReadOnlyList<string> folders)
    {
        Assert.True(folders.ToList().IndexOf("a scene/maps") < folders.ToList().IndexOf("a scene"), "An inner folder is told before the one that holds it.");
        Assert.Equal("", folders[^1]);
        return [.. folders.SkipLast(1).Order(StringComparer.Ordinal), ""];
    }

    private MirrorJob Job(MirrorOptions options) => new("scenes", MirrorDirection.Pull, options)
    {
        OnFolderDone = ["/bin/sh", "-c", "echo \"$1\" >> \"$0\"", _logs["told.txt"]],
    };

    /// <summary>The folders that were told, relative to the mirror's own.</summary>
    private async Task<IReadOnlyList<string>> PullAsync(LoopbackFtpServer server)
    {
        File.Delete(_logs["told.txt"]);
        var job = Job(server.Options(_here.Root) with { Delete = true });
        await using (var programs = new FolderPrograms(job, Note, CancellationToken.None))
        await using (var pull = MirrorPull.Open(job.Options))
        {
            var plan = await pull.PlanAsync();
            programs.Planned(plan);
            programs.Ended(await pull.ExecuteAsync(plan, new ToldEvents { OnEvent = programs.Happened }));
        }

        return File.Exists(_logs["told.txt"])
            ? [.. (await File.ReadAllLinesAsync(_logs["told.txt"])).Select(folder => folder == _here.Root ? "" : Path.GetRelativePath(_here.Root, folder))]
            : [];
    }

    private void Note(string note)
    {
        lock (_notes)
            _notes.Add(note);
    }
}
