using AppUpdater.Bootstrapper;
using AppUpdater.Planning;
using AppUpdater.Staging;
using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests.Bootstrapper;

/// <summary>How long an app waits for its update: a run, a key and a stop at planned times, on a clock that jumps.</summary>
public sealed class WaitingTests : IDisposable
{
    private static readonly WaitLimits Limits = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20));

    private readonly JumpingClock _clock = new();
    private readonly StringWriter _error = new();
    private readonly TaskCompletionSource _stop = new();
    private readonly StubRun _run = new();
    private StubKeys? _keys;
    private int _opened;

    public void Dispose()
    {
        _error.Dispose();
        _keys?.Dispose();
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_waited_for_as_long_as_the_check_may_take()
    {
        Assert.Equal(WaitEnd.CheckTooLong, await WaitAsync());

        AssertWaited(5);
    }

    [Fact]
    public async Task An_offer_starts_the_time_for_fetching()
    {
        At(4.9, Offer);

        Assert.Equal(WaitEnd.StageTooLong, await WaitAsync());

        AssertWaited(24.9);
    }

    [Fact]
    public async Task What_comes_in_time_is_not_waited_for_longer()
    {
        At(1, Offer);
        At(15, () => _run.End(true));

        Assert.Equal(WaitEnd.Over, await WaitAsync());

        AssertWaited(15);
    }

    [Fact]
    public async Task A_failure_is_an_end_too()
    {
        At(0.5, () => _run.Fail(new UnreachableException("no route")));

        Assert.Equal(WaitEnd.Over, await WaitAsync());

        AssertWaited(0.5);
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task A_key_ends_the_waiting_and_the_terminal_is_given_back()
    {
        _keys = new StubKeys();
        At(2, Offer);
        At(7, () => _keys.Press());

        Assert.Equal(WaitEnd.Skipped, await WaitAsync());

        AssertWaited(7);
        Assert.True(_keys.IsClosed);
        Assert.Equal(1, _opened);
        Assert.Contains("any key starts without it", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_goes_before_all_else()
    {
        _keys = new StubKeys();
        At(3, () =>
        {
            _keys.Press();
            _run.End(true);
            _stop.SetResult();
        });

        Assert.Equal(WaitEnd.Stopped, await WaitAsync());

        Assert.True(_keys.IsClosed);
    }

    [Fact]
    public async Task Without_an_app_nothing_is_given_up_and_no_key_is_listened_to()
    {
        _keys = new StubKeys();
        At(60, Offer);
        At(600, () => _run.End(true));

        Assert.Equal(WaitEnd.Over, await WaitAsync(limits: new WaitLimits(null, null)));

        AssertWaited(600);
        Assert.Equal(0, _opened);
    }

    [Fact]
    public async Task A_quick_check_is_not_worth_a_word()
    {
        At(0.9, () => _run.End(false));

        await WaitAsync();

        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task Where_there_is_no_terminal_a_check_is_silent_and_no_key_is_listened_to()
    {
        _keys = new StubKeys();

        await WaitAsync(isTerminal: false);

        Assert.Equal(("", 0), (_error.ToString(), _opened));
    }

    private Task<WaitEnd> WaitAsync(bool isTerminal = true, WaitLimits? limits = null)
    {
        IKeys? Open()
        {
            _opened++;
            return _keys;
        }

        return new Waiting(new LaunchScreen(_error, isTerminal, _clock), Open, _clock).ForAsync(_run, limits ?? Limits, _stop.Task);
    }

    private void At(double seconds, Action what) => _clock.Plan(TimeSpan.FromSeconds(seconds), what);

    private void Offer() => _run.Offer = new Offer(ReleaseSamples.Version("2.0"), Installed: null);

    /// <summary>To one tick, in which it looks.</summary>
    private void AssertWaited(double seconds) =>
        Assert.InRange(_clock.GetElapsedTime(0), TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 0.1));

    private sealed class StubRun : IUpdateRun
    {
        private readonly TaskCompletionSource<bool> _done = new();

        public Task<bool> Done => _done.Task;

        public Offer? Offer { get; set; }

        public UpdateProgress? Progress => null;

        internal void End(bool isReady) => _done.SetResult(isReady);

        internal void Fail(Exception failure) => _done.SetException(failure);
    }

    private sealed class StubKeys : IKeys
    {
        private bool _isPressed;

        internal bool IsClosed { get; private set; }

        internal void Press() => _isPressed = true;

        public bool IsPressed() => _isPressed;

        public void Dispose() => IsClosed = true;
    }
}
