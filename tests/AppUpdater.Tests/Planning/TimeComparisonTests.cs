using AppUpdater.Planning;
using AppUpdater.Transport;
using FsCheck;
using FsCheck.Fluent;

namespace AppUpdater.Tests.Planning;

public class TimeComparisonTests
{
    private static readonly DateTimeOffset Noon = PlanSamples.Noon;

    [Theory]
    [InlineData(0, 1, 1, true)]
    [InlineData(1, 1, 1, false)]
    [InlineData(1, 1, 2, true)]
    [InlineData(-1, 2, 1, true)]
    [InlineData(2, 1, 2, false)]
    [InlineData(-59, 1, 60, true)]
    [InlineData(60, 1, 60, false)]
    [InlineData(60, 60, 60, false)]
    [InlineData(-43_200, 1, 86_400, true)]
    [InlineData(-86_400, 60, 86_400, false)]
    [InlineData(0, 0, 0, true)]
    [InlineData(1, 0, 0, false)]
    public void Two_times_are_compared_at_the_coarser_precision(int secondsApart, int onePrecision, int otherPrecision, bool same)
    {
        var one = Time(0, onePrecision);
        var other = Time(secondsApart, otherPrecision);
        Assert.Equal(same, TimeComparison.Same(one, other));
        Assert.Equal(same, TimeComparison.Same(other, one));
        Assert.Equal(same, TimeComparison.Of([], []).Agrees(one, other));
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(-60, true)]
    [InlineData(15, true)]
    [InlineData(-345, true)]
    [InlineData(26 * 60, true)]
    [InlineData(26 * 60 + 15, false)]
    [InlineData(24 * 60, false)]
    [InlineData(-24 * 60, false)]
    [InlineData(7, false)]
    [InlineData(61, false)]
    public void Files_that_all_moved_by_a_step_of_zones_did_not_change(int minutes, bool isZone)
    {
        (RemoteTime, RemoteTime)[] pairs = [.. new[] { 0, 100, 7000 }.Select(second => (Time(second), Time(second + minutes * 60)))];
        var comparison = TimeComparison.Of(pairs, []);
        Assert.All(pairs, pair => Assert.Equal(isZone, comparison.Agrees(pair.Item1, pair.Item2)));
    }

    [Fact]
    public void One_file_that_moved_otherwise_makes_all_of_them_changed()
    {
        (RemoteTime, RemoteTime)[] pairs = [(Time(0), Time(3600)), (Time(100), Time(3700)), (Time(200), Time(4000))];
        Assert.All(pairs, pair => Assert.False(TimeComparison.Of(pairs, []).Agrees(pair.Item1, pair.Item2)));
    }

    [Fact]
    public void One_file_that_did_not_move_makes_the_others_changed()
    {
        (RemoteTime, RemoteTime)[] pairs = [(Time(0), Time(0)), (Time(100), Time(3700)), (Time(200), Time(3800))];
        var comparison = TimeComparison.Of(pairs, []);
        Assert.Equal([true, false, false], pairs.Select(pair => comparison.Agrees(pair.Item1, pair.Item2)));
    }

    [Fact]
    public void A_single_file_that_moved_is_changed() =>
        Assert.False(TimeComparison.Of([(Time(0), Time(3600))], []).Agrees(Time(0), Time(3600)));

    [Fact]
    public void Files_that_all_bear_one_time_were_stamped_again_by_a_build()
    {
        (RemoteTime, RemoteTime)[] pairs = [(Time(0), Time(3600)), (Time(0), Time(3600)), (Time(0), Time(3600))];
        Assert.False(TimeComparison.Of(pairs, []).Agrees(Time(0), Time(3600)));
    }

    [Fact]
    public void A_tree_whose_new_files_moved_along_was_built_again()
    {
        (RemoteTime, RemoteTime)[] pairs = [(Time(0), Time(3600)), (Time(100), Time(3700))];
        Assert.True(TimeComparison.Of(pairs, [(Time(50), Time(9999))]).Agrees(Time(0), Time(3600)));
        Assert.False(TimeComparison.Of(pairs, [(Time(50), Time(3650))]).Agrees(Time(0), Time(3600)));
    }

    [Fact]
    public void Minutes_and_days_of_LIST_go_with_a_change_of_zone()
    {
        (RemoteTime, RemoteTime)[] pairs =
        [
            (Time(30), Time(7200, 60)), (Time(100), Time(60 + 7200, 60)), (Time(-10_000_000), Time(-10_000_000 - 40_000, 86_400)),
        ];
        Assert.All(pairs, pair => Assert.True(TimeComparison.Of(pairs, []).Agrees(pair.Item1, pair.Item2)));
    }

    [Fact]
    public void Days_alone_tell_of_no_zone()
    {
        (RemoteTime, RemoteTime)[] pairs = [(Time(0, 86_400), Time(93_600, 86_400)), (Time(864_000, 86_400), Time(957_600, 86_400))];
        Assert.False(TimeComparison.Of(pairs, []).Agrees(pairs[0].Item1, pairs[0].Item2));
    }

    [Fact]
    public void A_time_that_is_not_known_speaks_for_nothing()
    {
        var comparison = TimeComparison.Of([], []);
        Assert.False(comparison.Agrees(null, Time(0)));
        Assert.False(comparison.Agrees(Time(0), null));
        Assert.False(comparison.Agrees(null, null));
    }

    [Fact]
    public void The_finer_time_is_kept_and_the_listed_one_after_a_change_of_zone()
    {
        Assert.Equal(Time(30), TimeComparison.Of([], []).Keep(Time(30), Time(0, 60)));
        Assert.Equal(Time(30), TimeComparison.Of([], []).Keep(Time(0, 60), Time(30)));
        var moved = TimeComparison.Of([(Time(0), Time(3600)), (Time(100), Time(3700))], []);
        Assert.Equal(Time(3600, 60), moved.Keep(Time(0), Time(3600, 60)));
    }

    [Fact]
    public void What_agrees_is_within_the_coarser_precision_of_one_shift_for_all() =>
        Prop.ForAll(Trees().ToArbitrary(), pairs =>
        {
            var comparison = TimeComparison.Of(pairs, []);
            var agreeing = pairs.Where(pair => comparison.Agrees(pair.Recorded, pair.Listed)).ToList();
            // Whatever was found, agreeing files lie together: no two of them moved by more than their precisions apart.
            return agreeing.TrueForAll(one => agreeing.TrueForAll(other =>
                (one.Listed.Utc - one.Recorded.Utc - (other.Listed.Utc - other.Recorded.Utc)).Duration() < Coarser(one) + Coarser(other)));
        }).QuickCheckThrowOnFailure();

    private static TimeSpan Coarser((RemoteTime Recorded, RemoteTime Listed) pair) =>
        pair.Recorded.Precision > pair.Listed.Precision ? pair.Recorded.Precision : pair.Listed.Precision;

    private static Gen<List<(RemoteTime Recorded, RemoteTime Listed)>> Trees() =>
        from shift in Gen.Elements(0, 3600, -900, 93_600, 17)
        from pairs in (
            from second in Gen.Choose(0, 100_000)
            from more in Gen.Elements(0, 0, 0, 1, 3600)
            from recorded in Gen.Elements(1, 60, 86_400)
            from listed in Gen.Elements(1, 60)
            select (Time(second, recorded), Time(second + shift + more, listed))).ListOf()
        select pairs.ToList();

    private static RemoteTime Time(int seconds, int precision = 1) => new(Noon.AddSeconds(seconds), TimeSpan.FromSeconds(precision));
}
