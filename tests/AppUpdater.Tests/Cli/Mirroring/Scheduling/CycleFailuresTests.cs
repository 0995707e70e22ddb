using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Mirroring;
using static AppUpdater.Tests.Cli.Mirroring.Scheduling.CycleScene;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>What the failure of a cycle means for those after it, and who is told.</summary>
public sealed class CycleFailuresTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly CycleScene _scene = new() { RunTakes = TimeSpan.Zero };

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_server_that_stays_away_is_asked_less_and_less_up_to_an_hour_and_as_ever_once_it_is_back()
    {
        _scene.OnRun = run => run is <= 8 or 10 ? throw new UnreachableException("No route to server.example.") : Report();
        await _scene.RunAsync(Every(15), 11);
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 15, 1], Pauses());
    }

    [Fact(Timeout = Limit)]
    public async Task A_report_of_a_cycle_that_met_no_server_is_a_failed_cycle()
    {
        var lost = Report(new MirrorFailure(null, "The server is gone.")) with { Transferred = 0, Unchanged = 0, Bytes = 0 };
        _scene.OnRun = run => run <= 2 ? lost : Report();
        await _scene.RunAsync(Every(15), 3);
        Assert.Equal([1, 2], Pauses());
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_in_the_top_folder_that_is_no_path_is_no_server_that_is_away()
    {
        _scene.OnRun = _ => Report(new MirrorFailure(null, "A name is no path."));
        await _scene.RunAsync(Every(15), 3);
        Assert.Equal([15, 15], Pauses());
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_login_is_not_asked_again_within_minutes()
    {
        _scene.OnRun = _ => throw new UnreachableException("530 Login incorrect.", isTransient: false);
        await _scene.RunAsync(Every(1), 4);
        Assert.Equal([15, 30, 60], Pauses());
    }

    [Fact]
    public void The_pause_is_shortened_by_at_most_a_tenth()
    {
        Assert.Equal(TimeSpan.FromSeconds(54), CycleFailures.Pause(1, isStubborn: false, jitter: 1));
        Assert.Equal(TimeSpan.FromMinutes(54), CycleFailures.Pause(1000, isStubborn: false, jitter: 1));
    }

    [Fact(Timeout = Limit)]
    public async Task Cron_is_tried_again_by_back_off_too_and_then_keeps_its_times()
    {
        _scene.OnRun = run => run <= 2 ? throw new UntrustedException("The certificate ran out.") : Report();
        await _scene.RunAsync(Cron("0 2 * * *"), 4);
        Assert.Equal([15, 30, (24 * 60) - 45], Pauses());
    }

    public static TheoryData<Exception> Healing => new(
        new UnreachableException("x"), new MissingException("x"), new UntrustedException("x"), new InstallException("x"),
        new IOException("x"), new UnauthorizedAccessException("x"), new TimeoutOfSomething());

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Healing), DisableDiscoveryEnumeration = true)]
    public async Task What_can_heal_does_not_end_a_mirror(Exception failure)
    {
        _scene.OnRun = run => run == 1 ? throw failure : Report();
        await _scene.RunAsync(Every(15), 2);
        Assert.Equal(2, _scene.Runs.Count);
    }

    public static TheoryData<Exception> Final => new(new SettingsException("x"), new InvalidOperationException("x"));

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Final), DisableDiscoveryEnumeration = true)]
    public async Task Wrong_settings_and_defects_end_it_at_once_and_are_remembered(Exception failure)
    {
        _scene.OnRun = _ => throw failure;
        Assert.Same(failure, await Record.ExceptionAsync(() => _scene.RunAsync(Every(15), 2)));
        Assert.Single(_scene.Runs);
        Assert.Equal("x", Assert.Single(_scene.Last!.LastResult!.Failures).Reason);
    }

    [Fact(Timeout = Limit)]
    public async Task A_source_that_is_not_mounted_fails_its_cycle_and_nothing_is_made_in_its_place()
    {
        _scene.Direction = MirrorDirection.Push;
        Directory.Delete(_scene.Here.Root);
        _scene.OnRun = run =>
        {
            if (run == 1)
                throw new InstallException($"{_scene.Here.Root} is not there.");
            Assert.False(Directory.Exists(_scene.Here.Root));
            Directory.CreateDirectory(_scene.Here.Root);
            return Report();
        };
        await _scene.RunAsync(Every(15), 2);
        Assert.Equal([1], Pauses());
        Assert.NotNull(MirrorStatusFile.Read(_scene.Host().Files, _scene.StatusFile)!.LastSuccess);
    }

    [Fact(Timeout = Limit)]
    public async Task A_status_that_can_not_be_written_is_said_once_and_the_mirror_goes_on()
    {
        _scene.Here.Write(".appupdater/mirror", "a file where the folder should be");
        await _scene.RunAsync(Every(15), 3);
        Assert.Equal([15, 15], Pauses());
        Assert.Single(_scene.Notes, note => note.Contains(".status.json", StringComparison.Ordinal));
    }

    [UnixFact(Timeout = Limit)]
    public async Task Somebody_is_told_once_a_series_also_across_a_restart()
    {
        Alert();
        _scene.OnRun = run => run is <= 5 or >= 7 ? throw new UnreachableException($"Away {run}.") : Report();
        await _scene.RunAsync(Every(15), 2);
        Assert.False(File.Exists(Told));
        await _scene.RunAsync(Every(15), 3);
        Assert.Equal(["scenes|Away 3.|scenes|Away 3."], await File.ReadAllLinesAsync(Told));
        await _scene.RunAsync(Every(15), 5);
        Assert.Equal(["scenes|Away 3.|scenes|Away 3.", "scenes|Away 9.|scenes|Away 9."], await File.ReadAllLinesAsync(Told));
    }

    [UnixFact(Timeout = Limit)]
    public async Task A_file_that_fails_for_ever_is_told_once_and_does_not_hide_a_server_that_goes_away_later()
    {
        Alert();
        _scene.OnRun = run => run <= 5 ? Report(new MirrorFailure(RelativePath.Parse("a_b"), "No name for this disk.")) : throw new UnreachableException("Away.");
        await _scene.RunAsync(Every(15), 10);
        Assert.Equal(
            ["scenes|No name for this disk.|scenes|No name for this disk.", "scenes|Away.|scenes|Away."], await File.ReadAllLinesAsync(Told));
    }

    [UnixFact(Timeout = Limit)]
    public async Task Removals_that_are_held_back_are_told_as_failed_cycles_and_keep_no_cycle_waiting()
    {
        Alert();
        _scene.OnRun = _ => Report() with { HeldBack = 30, Left = ["30 files stay."] };
        await _scene.RunAsync(Every(15), 5);
        Assert.Equal(["scenes|30 files stay.|scenes|30 files stay."], await File.ReadAllLinesAsync(Told));
        Assert.Equal([15, 15, 15, 15], Pauses());
        Assert.Contains("; 30 removals held back", _scene.Lines[0], StringComparison.Ordinal);
        Assert.Null(_scene.Last!.LastSuccess);
        Assert.NotNull(_scene.Last.LastComplete);
    }

    [UnixFact(Timeout = Limit)]
    public async Task The_end_of_the_mirror_is_told_at_once()
    {
        Alert();
        _scene.OnRun = _ => throw new SettingsException("The URL is wrong.");
        await Assert.ThrowsAsync<SettingsException>(() => _scene.RunAsync(Every(15), 1));
        Assert.Equal(["scenes|The URL is wrong.|scenes|The URL is wrong."], await File.ReadAllLinesAsync(Told));
    }

    private string Told => _scene.Here["told.txt"];

    private void Alert() => _scene.OnError =
        ["/bin/sh", "-c", "echo \"$1|$2|$APPUPDATER_JOB|$APPUPDATER_REASON\" >> \"$0\"", Told];

    private double[] Pauses() =>
        [.. _scene.MinutesOfRuns.Zip(_scene.MinutesOfRuns.Skip(1), (one, next) => Math.Round(next - one, 2))];

    private sealed class TimeoutOfSomething : OperationCanceledException;
}
