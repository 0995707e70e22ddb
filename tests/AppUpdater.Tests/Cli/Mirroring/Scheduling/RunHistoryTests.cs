using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Core.Disk;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>What is kept of a run that waits for files: however many plans it carries out, it is one cycle.</summary>
public sealed class RunHistoryTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly MirrorScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [UnixFact(Timeout = Limit)]
    public async Task Rounds_of_waiting_are_one_cycle_that_is_counted_and_told_once()
    {
        _scene.Served.WriteOld("good.txt", "one");
        _scene.Served.WriteOld("denied.txt", "two");
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        var rounds = 0;
        server.Faults.OnCommand = line =>
        {
            // What comes with the second listing has to wait for the third.
            if (line.StartsWith("MLSD", StringComparison.Ordinal) && Interlocked.Increment(ref rounds) == 2)
                _scene.Served.WriteOld("late.txt", "three");
            return line == "RETR /denied.txt" ? FaultAction.Answer("550 Permission denied.") : null;
        };
        Assert.Equal(8, await _scene.RunAsync(
            "pull", $"{server.Url}", _scene.Here.Root, "--settle", "200ms", "--alert-after", "2", "--on-error", $"touch {_scene.Here["alerted"]}"));

        var status = Assert.Single(KnownMirrors.In(_scene.Here.Root, DurableFiles.ForThisSystem()).Mirrors).Status!;
        Assert.Equal(3, rounds);
        Assert.Equal((1, 0), (status.Failing.Cycles, status.Unfinished.Cycles));
        Assert.Equal((2, 0, 1), (status.LastResult!.Transferred, status.LastResult.Unchanged, status.LastResult.Failed));
        Assert.Equal(8, status.LastResult.Bytes);
        Assert.Empty(Directory.GetFiles(_scene.Here.Root, "alerted*"));
        Assert.NotNull(status.LastComplete);
    }
}
