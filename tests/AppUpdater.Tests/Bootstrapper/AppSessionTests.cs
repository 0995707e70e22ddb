using System.IO.Abstractions;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Bootstrapper;

/// <summary>Probation over several starts, with a clock on which nobody waits.</summary>
public sealed class AppSessionTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly SessionScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(134)]
    [InlineData(139)]
    [InlineData(131)]
    [InlineData(150)]
    [InlineData(-1)]
    public async Task An_end_with_an_error_within_the_time_is_undone_and_the_old_version_started(int code)
    {
        _scene.Commit();
        _scene.New = app => _scene.Clock.Plan(TimeSpan.FromSeconds(29), () => app.End(code));

        await _scene.StartAsync();

        Assert.Equal(["new", "old"], _scene.Started);
        Assert.Equal((SwapResult.Undone, 1), (_scene.Told.Last.Result, _scene.Told.Last.Starts));
        Assert.Contains($"exit code {code} within 30 s", _scene.Told.Last.Reason, StringComparison.Ordinal);
        Assert.Equal(["release-2"], Refused());
    }

    [Fact(Timeout = Limit)]
    public async Task An_end_with_an_error_after_the_time_is_the_apps_own_affair()
    {
        _scene.Commit();
        _scene.New = app => _scene.Clock.Plan(TimeSpan.FromSeconds(31), () => app.End(1));

        var run = _scene.StartAsync();
        while (_scene.Told.All is not [{ Result: SwapResult.Confirmed }])
            await Task.Delay(5);
        await Task.Delay(TimeSpan.FromSeconds(2), _scene.Clock);

        Assert.Equal(1, await run);
        Assert.Equal(["new"], _scene.Started);
        Assert.Equal(SwapResult.Confirmed, _scene.Told.Last.Result);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_version_that_hangs_is_asked_to_close_and_ended_only_if_it_does_not(bool closesWhenAsked)
    {
        _scene.Commit(ConfirmMode.Call);
        SessionScene.StubApp? hanging = null;
        _scene.New = app => (hanging = app).ClosesWhenAsked = closesWhenAsked;

        await _scene.StartAsync();

        Assert.Equal(closesWhenAsked ? ["close"] : ["close", "kill"], hanging!.Asked);
        Assert.Equal(["new", "old"], _scene.Started);
        Assert.Contains("confirm = call", _scene.Told.Last.Reason, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Three_starts_without_a_verdict_are_a_failure(bool hasToCall)
    {
        _scene.Commit(hasToCall ? ConfirmMode.Call : ConfirmMode.Alive);
        await CutAsync(3);
        Assert.Equal(["new", "new", "new"], _scene.Started);

        await _scene.StartAsync();

        Assert.Equal(["new", "new", "new", "old"], _scene.Started);
        Assert.Equal((SwapResult.Undone, 3), (_scene.Told.Last.Result, _scene.Told.Last.Starts));
        Assert.Equal("Version 2.0 did not prove itself in three starts.", _scene.Told.Last.Reason);
        Assert.Equal(["release-2"], Refused());
        Assert.Null(_scene.Store.Find());
    }

    [Fact(Timeout = Limit)]
    public async Task A_third_start_that_proves_itself_is_confirmed()
    {
        _scene.Commit();
        await CutAsync(2);
        _scene.New = app => app.End(0);

        await _scene.StartAsync();

        Assert.Equal((SwapResult.Confirmed, 3), (_scene.Told.Last.Result, _scene.Told.Last.Starts));
    }

    [Fact(Timeout = Limit)]
    public async Task Ends_that_somebody_asked_for_are_no_failures()
    {
        _scene.Commit();
        await CutAsync(2);
        _scene.New = app =>
        {
            _scene.IsStopAsked = true;
            app.End(1);
        };
        for (var time = 0; time < 9; time++)
        {
            _scene.IsStopAsked = false;
            await _scene.StartAsync();
        }

        _scene.IsStopAsked = false;
        await CutAsync(1);
        Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
        await _scene.StartAsync();

        Assert.Equal(SwapResult.Undone, _scene.Told.Last.Result); // by the third cut, not by the nine ends
        Assert.Contains("three starts", _scene.Told.Last.Reason, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false, SwapResult.Confirmed)]
    [InlineData(true, SwapResult.Undone)]
    public async Task The_tenth_early_end_is_the_last(bool hasToCall, SwapResult result)
    {
        _scene.Commit(hasToCall ? ConfirmMode.Call : ConfirmMode.Alive);
        _scene.New = app =>
        {
            _scene.IsStopAsked = true;
            app.End(hasToCall ? 0 : 1);
        };
        for (var time = 1; time <= 10; time++)
        {
            Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
            _scene.IsStopAsked = false;
            await _scene.StartAsync();
        }

        Assert.Equal((result, 10), (_scene.Told.Last.Result, _scene.Told.Last.Starts));
        Assert.Equal(10, _scene.Started.Count(version => version == "new"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_failed_is_not_started_again_where_its_undo_was_held_up()
    {
        _scene.Commit();
        _scene.New = app => app.End(9);
        using (RunningMark.TryShare(_scene.Layout))
            await _scene.StartAsync();
        Assert.Equal(["new"], _scene.Started);
        Assert.Equal(SwapResult.Committed, _scene.Told.Last.Result);
        Assert.Contains("It could not be undone", _scene.Told.Last.Reason, StringComparison.Ordinal);

        await _scene.StartAsync();

        Assert.Equal(["new", "old"], _scene.Started);
        Assert.Equal(SwapResult.Undone, _scene.Told.Last.Result);
        Assert.Equal("Version 2.0 ended with exit code 9 within 30 s of its start.", _scene.Told.Last.Reason);
    }

    [Fact(Timeout = Limit)]
    public async Task Where_the_lock_can_not_be_opened_any_more_the_bootstrapper_stays_by_the_app_and_the_starts_do_not_count()
    {
        _scene.Commit();
        _scene.New = app =>
        {
            File.Delete(_scene.Layout.Lock);
            Directory.CreateDirectory(_scene.Layout.Lock); // no lock's file: opening it fails, whoever asks
            _scene.Clock.Plan(TimeSpan.FromMinutes(5), () => app.End(3));
        };
        for (var start = 0; start < 4; start++)
        {
            Assert.Equal(3, await _scene.StartAsync());
            Directory.Delete(_scene.Layout.Lock);
        }

        Assert.Equal(["new", "new", "new", "new"], _scene.Started);
        Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_failed_is_started_all_the_same_where_there_is_no_way_back()
    {
        var swap = _scene.Commit();
        _scene.New = app => app.End(9);
        foreach (var kept in Directory.GetFiles(swap.Directory, "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file) == "old"))
            File.Delete(kept);

        await _scene.StartAsync();

        Assert.Equal(["new", "new"], _scene.Started);
        Assert.Equal([null, "release-2"], _scene.HeldBack); // it does not come back here
        Assert.Equal(SwapResult.Blocked, _scene.Told.Last.Result);
        Assert.Contains("install the app again", _scene.Told.Last.Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_failure_that_can_not_be_remembered_is_said_and_undone_all_the_same()
    {
        _scene.Commit();
        Directory.CreateDirectory(Path.Join(_scene.Layout.Trust, "in the way"));
        _scene.New = app => app.End(9);

        await _scene.StartAsync();

        Assert.Equal(["new", "old"], _scene.Started);
        Assert.Equal(SwapResult.Undone, _scene.Told.Last.Result);
        Assert.Contains("may be offered again", _scene.Told.Last.Reason, StringComparison.Ordinal);
    }

    /// <summary>Started, then the machine is switched off, and that so many times.</summary>
    private async Task CutAsync(int times)
    {
        _scene.New = _ => throw new SessionScene.PowerCut();
        for (var time = 0; time < times; time++)
            await Assert.ThrowsAsync<SessionScene.PowerCut>(_scene.StartAsync);
    }

    private IEnumerable<string> Refused() => TrustFile.Load(new FileSystem(), _scene.Layout.Trust).Refused.Select(refused => refused.Release);
}
