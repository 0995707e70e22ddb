using AppUpdater.Core;
using AppUpdater.Core.Locks;

namespace AppUpdater.Tests.Locks;

public sealed class LockTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly InstallLayout _layout;

    public LockTests()
    {
        _layout = new InstallLayout(_temp.Root);
        Directory.CreateDirectory(_layout.Own);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Only_one_has_the_lock_and_the_next_has_it_when_it_is_freed()
    {
        using (InstallLock.TryTake(_layout))
            Assert.Null(InstallLock.TryTake(_layout));

        using var second = InstallLock.TryTake(_layout);
        Assert.NotNull(second);
    }

    [Fact]
    public void Many_share_the_mark_and_then_none_holds_it_alone()
    {
        using var one = RunningMark.TryShare(_layout);
        using var other = RunningMark.TryShare(_layout);

        Assert.NotNull(one);
        Assert.NotNull(other);
        Assert.Null(RunningMark.TryHoldAlone(_layout));
    }

    [Fact]
    public void While_one_holds_the_mark_alone_none_shares_it()
    {
        using (var alone = RunningMark.TryHoldAlone(_layout))
        {
            Assert.NotNull(alone);
            Assert.Null(RunningMark.TryShare(_layout));
            Assert.Null(RunningMark.TryHoldAlone(_layout));
        }

        using var shared = RunningMark.TryShare(_layout);
        Assert.NotNull(shared);
    }

    [Fact]
    public void The_lock_and_the_mark_are_two_things()
    {
        using var mark = RunningMark.TryShare(_layout);
        using var held = InstallLock.TryTake(_layout);

        Assert.NotNull(held);
    }

    [Fact]
    public void A_lock_that_can_not_be_opened_is_an_error_that_names_it()
    {
        Directory.CreateDirectory(_layout.Lock);

        var failure = Assert.Throws<InstallException>(() => InstallLock.TryTake(_layout));

        Assert.Contains(_layout.Lock, failure.Message, StringComparison.Ordinal);
    }
}
