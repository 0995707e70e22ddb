using AppUpdater.Bootstrapper;
using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Bootstrapper;

public sealed class ProbationTests : IDisposable
{
    private readonly StubApp _app = new();
    private bool _isConfirmed;
    private bool _isStopAsked;

    public void Dispose() => _app.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Alive_long_enough_is_proven()
    {
        var verdict = await WatchAsync(ConfirmMode.Alive, 0.05);

        Assert.Equal(new Verdict(VerdictKind.Proven, null), verdict);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_end_with_0_is_proven_at_once()
    {
        _app.End(0);

        Assert.Equal(VerdictKind.Proven, (await WatchAsync(ConfirmMode.Alive, 3600)).Kind);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bad_end_fails_with_its_code(bool hasToCall)
    {
        _app.End(137);

        var verdict = await WatchAsync(hasToCall ? ConfirmMode.Call : ConfirmMode.Alive, 3600);

        Assert.Equal(VerdictKind.Failed, verdict.Kind);
        Assert.Contains("exit code 137 within 3600 s", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_end_that_was_asked_for_proves_nothing()
    {
        _isStopAsked = true;
        _app.End(1);

        Assert.Equal(VerdictKind.Open, (await WatchAsync(ConfirmMode.Alive, 3600)).Kind);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(130)]
    [InlineData(143)]
    public async Task An_end_by_a_polite_signal_proves_nothing(int code)
    {
        _app.End(code);

        Assert.Equal(OperatingSystem.IsWindows() ? VerdictKind.Failed : VerdictKind.Open, (await WatchAsync(ConfirmMode.Alive, 3600)).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_host_that_calls_is_proven()
    {
        var verdict = WatchAsync(ConfirmMode.Call, 3600);
        _isConfirmed = true;

        Assert.Equal(VerdictKind.Proven, (await verdict).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_host_that_called_and_then_ended_badly_is_proven()
    {
        _isConfirmed = true;
        _app.End(9);

        Assert.Equal(VerdictKind.Proven, (await WatchAsync(ConfirmMode.Call, 3600)).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_host_that_does_not_call_in_time_fails()
    {
        var verdict = await WatchAsync(ConfirmMode.Call, 0.05);

        Assert.Equal(VerdictKind.Failed, verdict.Kind);
        Assert.Contains("0.05 s", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_host_that_should_call_and_ends_with_0_before_stays_on_probation()
    {
        _app.End(0);

        Assert.Equal(VerdictKind.Open, (await WatchAsync(ConfirmMode.Call, 3600)).Kind);
    }

    private Task<Verdict> WatchAsync(ConfirmMode mode, double seconds) => new Probation(TimeProvider.System).WatchAsync(
        _app,
        SampleSwap.Header with { Confirm = mode, ConfirmWithin = TimeSpan.FromSeconds(seconds) },
        () => _isConfirmed,
        () => _isStopAsked);

    private sealed class StubApp : IAppProcess
    {
        private readonly TaskCompletionSource<int> _end = new();

        public int Id => 1;

        public Task<int> Ended => _end.Task;

        public void End(int code) => _end.SetResult(code);

        public void AskToClose() => throw new InvalidOperationException("Probation judges, it ends nothing.");

        public void Kill() => throw new InvalidOperationException("Probation judges, it ends nothing.");

        public void Dispose()
        {
        }
    }
}
