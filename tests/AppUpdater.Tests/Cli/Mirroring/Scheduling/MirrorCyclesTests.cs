using System.Globalization;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;
using static AppUpdater.Tests.Cli.Mirroring.Scheduling.CycleScene;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>When cycles run: by pause and by cron, across restarts and changes of the clock.</summary>
public sealed class MirrorCyclesTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly CycleScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task The_pause_is_counted_from_the_end_of_a_cycle()
    {
        await _scene.RunAsync(Every(15), 3);
        Assert.Equal([0, 17, 34], _scene.MinutesOfRuns);
    }

    [Fact(Timeout = Limit)]
    public async Task The_pause_is_counted_on_across_a_restart()
    {
        await _scene.RunAsync(Every(15), 1);
        _scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await _scene.RunAsync(Every(15), 1);
        _scene.Clock.Advance(TimeSpan.FromMinutes(20));
        await _scene.RunAsync(Every(15), 1);
        Assert.Equal([0, 17, 39], _scene.MinutesOfRuns);
    }

    [Fact(Timeout = Limit)]
    public async Task Files_that_fail_do_not_make_a_cycle_incomplete()
    {
        _scene.OnRun = _ => Report(new MirrorFailure(RelativePath.Parse("a/b.max"), "No permission."));
        await _scene.RunAsync(Every(15), 2);
        Assert.Equal([0, 17], _scene.MinutesOfRuns);
        Assert.NotNull(_scene.Last!.LastComplete);
        Assert.Null(_scene.Last.LastSuccess);
    }

    [Theory(Timeout = Limit)]
    [InlineData(null)]
    [InlineData("0 2 * * *")]
    public async Task A_cycle_that_was_cut_off_is_gone_on_with_at_the_next_start(string? cron)
    {
        var schedule = cron is null ? Every(15) : Cron(cron);
        _scene.OnRun = run =>
        {
            _scene.Stop();
            return Report();
        };
        await _scene.RunAsync(schedule, 5);
        var cutAt = Assert.Single(_scene.MinutesOfRuns);
        Assert.Empty(_scene.Lines);

        using var next = new CancellationTokenSource();
        var host = _scene.Host() with { Ended = (_, _) => next.Cancel() };
        var again = new List<TimeSpan>();
        await new MirrorCycles(
            _scene.Job(schedule),
            _ =>
            {
                again.Add(_scene.Clock.Passed);
                return Task.FromResult(Report());
            },
            host).RunAsync(next.Token);
        Assert.Equal(cutAt + 2, Assert.Single(again).TotalMinutes);
    }

    [Fact(Timeout = Limit)]
    public async Task Cron_waits_for_its_time_and_does_not_make_up_for_what_a_long_cycle_passed()
    {
        _scene.OnRun = run =>
        {
            _scene.Clock.Advance(run == 1 ? TimeSpan.FromMinutes(150) : TimeSpan.Zero);
            return Report();
        };
        await _scene.RunAsync(Cron("0 * * * *"), 3);
        Assert.Equal([60, 240, 300], _scene.MinutesOfRuns);
    }

    [Theory(Timeout = Limit)]
    [InlineData(-3 * 24 * 60)]
    [InlineData(-24 * 60)]
    [InlineData(-40)]
    [InlineData(-5)]
    [InlineData(5)]
    [InlineData(24 * 60)]
    [InlineData(400 * 24 * 60)]
    public async Task A_clock_that_is_put_right_neither_stalls_a_pause_nor_lets_it_run_wild(int minutes)
    {
        _scene.Clock.Plan(TimeSpan.FromMinutes(7), () => _scene.Clock.PutBy(TimeSpan.FromMinutes(minutes)));
        await _scene.RunAsync(Every(15), 4);
        var pauses = _scene.MinutesOfRuns.Zip(_scene.MinutesOfRuns.Skip(1), (one, next) => next - one).ToArray();
        Assert.InRange(pauses[0], 5, 32);
        Assert.Equal([17, 17], pauses[1..]);
    }

    [Theory(Timeout = Limit)]
    [InlineData(-3 * 24 * 60)]
    [InlineData(400 * 24 * 60)]
    public async Task A_last_end_in_the_future_does_not_stall_a_restart(int minutes)
    {
        await _scene.RunAsync(Every(15), 1);
        _scene.Clock.PutBy(TimeSpan.FromMinutes(minutes));
        await _scene.RunAsync(Every(15), 1);
        Assert.InRange(_scene.MinutesOfRuns[1], 2, 17);
    }

    [Fact(Timeout = Limit)]
    public async Task A_clock_that_is_put_back_by_an_hour_does_not_bring_the_same_night_twice()
    {
        _scene.Clock.Plan(TimeSpan.FromMinutes(130), () => _scene.Clock.PutBy(TimeSpan.FromHours(-1)));
        await _scene.RunAsync(Cron("0 2 * * *"), 2);
        Assert.Equal([Start.AddHours(2), Start.AddHours(26)], _scene.RunsOnTheWall);
    }

    [Theory(Timeout = Limit)]
    [InlineData(5, 24)]
    [InlineData(7 * 24, 7 * 24)]
    public async Task Times_of_cron_that_a_machine_slept_over_bring_one_cycle_and_at_once(int hours, int next)
    {
        // The machine sleeps from half past one on: what passes meanwhile no timer sees.
        _scene.Clock.Plan(TimeSpan.FromMinutes(90), () => _scene.Clock.PutBy(TimeSpan.FromHours(hours)));
        await _scene.RunAsync(Cron("0 2 * * *"), 2);
        Assert.Equal(Start.AddMinutes(90).AddHours(hours), _scene.RunsOnTheWall[0]);
        Assert.Equal(Start.AddHours(2 + next), _scene.RunsOnTheWall[1]);
    }

    // Madrid: on 29 March 2026 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00.
    [Theory(Timeout = Limit)]
    [InlineData("30 2 * * *", 26, "28 01:30, 29 01:00, 30 00:30, 31 00:30")]
    [InlineData("0 2 * * *", 236, "24 00:00, 25 00:00, 26 01:00, 27 01:00")]
    [InlineData("30 2 * * *", 236, "24 00:30, 25 00:30, 26 01:30, 27 01:30")]
    public async Task By_the_clock_of_a_named_zone_each_night_has_one_cycle_also_where_that_clock_is_changed(string cron, int days, string expected)
    {
        _scene.Clock.Advance(TimeSpan.FromDays(days - 1) + TimeSpan.FromHours(12));
        await _scene.RunAsync(Cron(cron) with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid") }, 4);
        Assert.Equal(expected, string.Join(", ", _scene.RunsOnTheWall.Select(run => run.ToString("dd HH:mm", CultureInfo.InvariantCulture))));
    }

    [Fact(Timeout = Limit)]
    public async Task A_clock_that_is_put_back_by_years_does_not_stall_cron()
    {
        _scene.Clock.Plan(TimeSpan.FromMinutes(130), () => _scene.Clock.PutBy(TimeSpan.FromDays(-3650)));
        await _scene.RunAsync(Cron("0 2 * * *"), 2);
        Assert.InRange(_scene.Runs[1] - _scene.Runs[0], TimeSpan.Zero, TimeSpan.FromHours(25));
    }

    [Theory(Timeout = Limit)]
    [InlineData("en", "scenes: 3 new or changed, 40 unchanged, 0 removed, 0 failed; 1.5 MB in 4.2 s. Next: 2026-03-02 00:17:00 +00:00.")]
    [InlineData("es", "scenes: 3 nuevos o cambiados, 40 sin cambios, 0 eliminados, 0 fallidos; 1.5 MB en 4.2 s. Próximo: 2026-03-02 00:17:00 +00:00.")]
    public async Task The_end_of_a_cycle_is_told_on_one_line(string language, string line)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            await _scene.RunAsync(Every(15), 1);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }

        Assert.Equal([line], _scene.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task To_be_stopped_while_waiting_is_a_good_end_and_no_run_follows()
    {
        _scene.Clock.Plan(TimeSpan.FromMinutes(10), _scene.Stop);
        await _scene.RunAsync(Every(15), 5);
        Assert.Equal([0], _scene.MinutesOfRuns);
        Assert.Contains(_scene.Notes, note => note.StartsWith("scenes: stopped", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Of_two_on_one_folder_the_second_ends_at_once_and_says_who_has_it()
    {
        Task<Exception?>? second = null;
        _scene.OnRun = _ =>
        {
            var other = new MirrorCycles(_scene.Job(Every(15)), _ => Task.FromResult(Report()), _scene.Host());
            second = Record.ExceptionAsync(() => other.RunAsync(CancellationToken.None))!;
            return Report();
        };
        await _scene.RunAsync(Every(15), 1);
        var refused = Assert.IsType<InstallException>(await second!);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
        Assert.Single(_scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task A_single_run_that_has_the_folder_at_the_start_is_named_and_left_alone()
    {
        var place = MirrorSetup.Of(_scene.Job(Every(15)).Options, MirrorPlace.Pull).Place;
        Directory.CreateDirectory(place.Own);
        using var other = MirrorLock.Take(place, DurableFiles.ForThisSystem(), TimeProvider.System);
        await Assert.ThrowsAsync<InstallException>(() => _scene.RunAsync(Every(15), 1));
        Assert.Empty(_scene.Runs);
    }
}
