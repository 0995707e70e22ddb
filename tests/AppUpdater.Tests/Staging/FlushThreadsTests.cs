using System.Collections.Concurrent;
using AppUpdater.Staging;

namespace AppUpdater.Tests.Staging;

public class FlushThreadsTests
{
    [Fact(Timeout = 30_000)]
    public async Task As_many_as_said_are_at_work_at_once_each_on_a_thread_that_takes_the_next_one()
    {
        using var threads = new FlushThreads(most: 3);
        using var all = new Barrier(3);
        var used = new ConcurrentDictionary<Thread, bool>();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Factory.StartNew(
            () =>
            {
                used.TryAdd(Thread.CurrentThread, Thread.CurrentThread.IsThreadPoolThread);
                Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(10)), "three are at work at once");
            },
            CancellationToken.None, TaskCreationOptions.None, threads)));

        Assert.Equal(3, used.Count);
        Assert.DoesNotContain(true, used.Values);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_was_cancelled_before_its_turn_is_not_done_and_holds_nothing_up()
    {
        using var stop = new CancellationTokenSource();
        using var threads = new FlushThreads(most: 1);
        using var go = new ManualResetEventSlim();
        var first = Task.Factory.StartNew(go.Wait, CancellationToken.None, TaskCreationOptions.None, threads);
        var second = Task.Factory.StartNew(() => 2, stop.Token, TaskCreationOptions.None, threads);
        var third = Task.Factory.StartNew(() => 3, CancellationToken.None, TaskCreationOptions.None, threads);
        await stop.CancelAsync();
        go.Set();

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(3, await third);
    }
}
