using AppUpdater.Cli.Mirroring.Display;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

public sealed class RateWindowTests
{
    [Fact]
    public void A_rate_is_not_told_before_a_second_has_gone_by()
    {
        var rate = new RateWindow(TimeSpan.Zero);
        rate.Add(1000, At(0.1));

        Assert.Null(rate.PerSecond(At(0.9)));
        Assert.Equal(1000, rate.PerSecond(At(1)));
    }

    [Fact]
    public void A_rate_is_that_of_the_last_ten_seconds_not_of_the_whole()
    {
        var rate = new RateWindow(TimeSpan.Zero);
        for (var second = 0; second < 60; second++)
            rate.Add(1_000_000, At(second));
        for (var second = 60; second < 70; second++)
            rate.Add(1000, At(second));

        Assert.InRange(rate.PerSecond(At(70))!.Value, 900, 1100);
    }

    [Fact]
    public void A_link_that_stands_still_has_no_rate_after_ten_seconds()
    {
        var rate = new RateWindow(At(100));
        rate.Add(1_000_000, At(101));

        Assert.InRange(rate.PerSecond(At(105))!.Value, 190_000, 210_000);
        Assert.Equal(0, rate.PerSecond(At(112)));
        Assert.Equal(0, rate.PerSecond(At(5000)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
