using System.Runtime.InteropServices;
using AppUpdater.Bootstrapper;

namespace AppUpdater.Tests.Bootstrapper;

public sealed class SignalRelayTests
{
    private const int EndedByTerm = 128 + 15;

    [Fact(Timeout = 30_000)]
    public async Task A_stop_that_comes_while_the_app_is_being_started_reaches_it()
    {
        using var relay = new SignalRelay();
        using var app = Sleep();

        relay.Take(PosixSignal.SIGTERM);
        relay.Follow(app);

        Assert.True(relay.IsStopAsked);
        Assert.Equal(EndedByTerm, await app.Ended);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stop_that_comes_after_the_end_of_one_start_reaches_the_next()
    {
        using var relay = new SignalRelay();
        using var first = Sleep();
        relay.Follow(first);
        first.Kill();
        await first.Ended;
        using var second = Sleep();

        relay.Take(PosixSignal.SIGTERM);
        relay.Follow(second);

        Assert.Equal(EndedByTerm, await second.Ended);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_hang_up_before_the_start_is_not_for_the_app()
    {
        using var relay = new SignalRelay();
        using var app = Sleep();

        relay.Take(PosixSignal.SIGHUP);
        relay.Follow(app);

        Assert.False(relay.IsStopAsked);
        await Task.WhenAny(app.Ended, Task.Delay(300));
        Assert.False(app.Ended.IsCompleted);
        app.Kill();
        await app.Ended;
    }

    private static AppProcess Sleep() => AppProcess.Start(new AppStart("/bin/sleep", ["60"], "/"));
}
