using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>A folder that is watched.</summary>
public sealed class MirrorWatchTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _served.Dispose();
        _here.Dispose();
    }

    private async Task WatchedAsync(MirrorOptions options, TimeSpan every, TimeSpan verifyEvery, Func<List<MirrorReport>, Task> during)
    {
        var reports = new List<MirrorReport>();
        await using var push = MirrorPush.Open(options);
        var watch = push.WatchAsync(every, verifyEvery, null, report => { lock (reports) reports.Add(report); }, _stop.Token);
        try
        {
            await UntilAsync(() => reports.Count > 0 || watch.IsCompleted, "a first cycle");
            await during(reports);
        }
        finally
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        }
    }

    private bool IsEqual() => Tree(_here.Root).SequenceEqual(Tree(_served.Root));

    [Fact(Timeout = Limit)]
    public async Task Changes_are_sent_by_events_alone_and_end_equal()
    {
        _here.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await WatchedAsync(server.Options(_here.Root) with { Delete = true, MaxDelete = 1000 }, Long, Long, async _ =>
        {
            var random = new Random(3);
            for (var i = 0; i < 200; i++)
            {
                var name = $"d{random.Next(4)}/f{random.Next(25)}";
                if (random.Next(4) == 0 && File.Exists(_here[name]))
                    File.Delete(_here[name]);
                else
                    _here.Write(name, $"content {i}");
                await Task.Delay(5);
            }

            await UntilAsync(IsEqual, "equal trees");
        });
    }

    [Fact(Timeout = Limit)]
    public async Task What_no_event_told_is_found_by_comparing_folder_and_server()
    {
        _here.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await WatchedAsync(server.Options(_here.Root), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(500), async _ =>
        {
            File.Delete(_served["a.txt"]);
            await UntilAsync(IsEqual, "the file is back on the server");
        });
    }

    [Fact(Timeout = Limit)]
    public async Task While_the_server_is_away_changes_wait_and_are_sent_when_it_is_back()
    {
        _here.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await WatchedAsync(server.Options(_here.Root) with { Delete = true, Retries = 0 }, TimeSpan.FromMilliseconds(300), Long, async reports =>
        {
            server.Faults.OnCommand = _ => FaultAction.Close();
            _here.Write("sub/b.txt", "two");
            await UntilAsync(() => reports.Exists(report => report.Failures.Any(failure => failure.Path is null)), "a cycle without the server");
            File.Delete(_here["a.txt"]);
            server.Faults.Clear();
            await UntilAsync(IsEqual, "equal trees");
        });
    }

    [Fact(Timeout = Limit)]
    public async Task The_first_good_cycle_after_a_failure_is_told_though_nothing_was_to_be_done()
    {
        _here.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await WatchedAsync(server.Options(_here.Root) with { Retries = 0 }, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200), async reports =>
        {
            server.Faults.OnCommand = _ => FaultAction.Close();
            await UntilAsync(() => reports.Exists(report => report.Failures.Length > 0), "a cycle without the server");
            server.Faults.Clear();
            await UntilAsync(() => reports[^1].Failures.IsEmpty, "a good cycle");
            Assert.Equal(0, reports[^1].Transferred);
        });
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_fails_again_and_again_does_not_lengthen_the_wait_for_a_server_that_is_away_for_a_moment()
    {
        _here.WriteOld("a.txt", "one");
        _here.WriteOld("denied.txt", "two");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        FaultAction? Deny(string line) => line.StartsWith("STOR /.denied", StringComparison.Ordinal) ? FaultAction.Answer("553 No.") : null;
        server.Faults.OnCommand = Deny;
        await WatchedAsync(server.Options(_here.Root) with { Retries = 0 }, TimeSpan.FromMilliseconds(50), Long, async reports =>
        {
            await UntilAsync(() => reports.Count(report => report.Failures.Any(failure => failure.Path is not null)) > 15, "many cycles with a failure");
            server.Faults.OnCommand = _ => FaultAction.Close();
            await UntilAsync(() => reports[^1].Failures is [{ Path: null }], "a cycle without the server");
            server.Faults.OnCommand = Deny;
            _here.Write("b.txt", "three");
            await UntilAsync(() => File.Exists(_served["b.txt"]), "what came meanwhile is sent within seconds");
        });
    }

    [Fact(Timeout = Limit)]
    public async Task A_source_that_goes_away_ends_the_watch()
    {
        _here.WriteOld("dir/a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await using var push = MirrorPush.Open(server.Options(_here["dir"]) with { Delete = true });
        var watch = push.WatchAsync(TimeSpan.FromMilliseconds(200), Long, null, null, _stop.Token);
        await UntilAsync(() => File.Exists(_served["a.txt"]), "the file is sent");
        Directory.Delete(_here["dir"], recursive: true);
        await Assert.ThrowsAsync<InstallException>(() => watch);
        Assert.True(File.Exists(_served["a.txt"]));
    }
}
