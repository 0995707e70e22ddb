using AppUpdater.Planning;
using static AppUpdater.Tests.Staging.SignedScene;

namespace AppUpdater.Tests.Staging;

/// <summary>
/// A slow connection among fast ones, which take over what it has left. Four connections, each with 24 blobs of 64 KiB; the one that
/// begins at 0 is held in its second blob until two others have come to its aid.
/// </summary>
public sealed class RelievedReaderTests : IDisposable
{
    private const int Limit = 60_000;
    private const int Connections = 4;
    private const int Size = 64 * 1024;
    private const int HeldAt = 7 * HeldSource.Chunk;

    // Of 24 blobs, held in the second: first those from the 14th on go, then of the 13 left those from the 8th on.
    private const int FirstCut = 13 * Size;
    private const int SecondCut = 7 * Size;

    private readonly SignedScene _scene = new() { Connections = Connections };
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Countdown _begun = new(Connections);
    private readonly Countdown _nearlyDone = new(Connections - 1);
    private readonly Countdown _relieved = new(2);

    public void Dispose()
    {
        _scene.Dispose();
        _cancel.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Idle_connections_take_the_later_half_of_what_a_slow_one_has_left_and_every_byte_is_sent_once()
    {
        var (plan, files) = await PublishAsync(Size);
        var source = new HeldSource(_scene.Server) { BeforeRead = HoldAsync };

        var staged = await _scene.FetchAsync(plan, source);

        RequireFiles(staged, files);
        Assert.Contains((FirstCut, 24 * Size), Requests(source));
        Assert.Contains((SecondCut, FirstCut), Requests(source));
        RequireEachByteOnce(source, plan);
        Assert.Equal((plan.BytesToFetch, plan.BytesToFetch), (staged.BytesFetched, _scene.Progress[^1].Bytes));
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_breaks_after_it_was_relieved_goes_on_at_its_byte_to_its_new_end()
    {
        var (plan, files) = await PublishAsync(Size);
        var source = new HeldSource(_scene.Server)
        {
            BeforeRead = async (transfer, ct) =>
            {
                await HoldAsync(transfer, ct);
                if (transfer is not ({ Offset: 0, Received: HeldAt } or { Offset: FirstCut, Received: Size - HeldSource.Chunk }))
                    return;
                await _relieved.Task.WaitAsync(ct);
                throw new UnreachableException("the connection broke off");
            },
        };

        var staged = await _scene.FetchAsync(plan, source);

        RequireFiles(staged, files);
        Assert.Contains((HeldAt, SecondCut), Requests(source));
        Assert.Contains(Requests(source), request => request.Offset == FirstCut + Size - HeldSource.Chunk);
        RequireEachByteOnce(source, plan);
        Assert.Equal((plan.BytesToFetch, plan.BytesToFetch), (staged.BytesFetched, _scene.Progress[^1].Bytes));
    }

    /// <summary>One wrong blob in what the slow one keeps, one in what was taken from it: each is asked for twice, then elsewhere, and nothing else is.</summary>
    [Fact(Timeout = Limit)]
    public async Task Wrong_bytes_on_either_side_of_the_cut_are_asked_for_twice_and_then_elsewhere_by_their_owner()
    {
        int[] wrong = [4 * Size, 20 * Size];
        var (plan, files) = await PublishAsync(Size);
        using var right = new ScriptedSource();
        await _scene.CopyToServerAsync(right);
        var other = new HeldSource(right);
        _scene.OtherPlaces.Add(() => other);
        var pack = _scene.Server.Content(_scene.PackPath).ToArray();
        foreach (var at in wrong)
            pack[at + 100] ^= 1;
        _scene.Server.Put(_scene.PackPath, pack);
        var source = new HeldSource(_scene.Server) { BeforeRead = HoldAsync };

        RequireFiles(await _scene.FetchAsync(plan, source), files);

        Assert.Contains((FirstCut, 24 * Size), Requests(source));
        Assert.Equal(plan.BytesToFetch + (2 * Size), source.BytesSent);
        Assert.All(wrong, at => Assert.Contains((at, at + Size), Requests(source)));
        Assert.Equal(wrong.Select(at => (at, at + Size)), Requests(other).Order());
    }

    [Fact(Timeout = Limit)]
    public async Task What_came_before_a_cancellation_in_the_middle_is_not_fetched_again()
    {
        const int Large = 300 * 1024;
        var (plan, files) = await PublishAsync(Large);
        var source = new HeldSource(_scene.Server)
        {
            BeforeRead = async (transfer, ct) =>
            {
                if (transfer.Number >= Connections && transfer.Received >= 6 * HeldSource.Chunk)
                    await _cancel.CancelAsync();
                await HoldAsync(transfer, ct);
                ct.ThrowIfCancellationRequested();
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.FetchAsync(plan, source, ct: _cancel.Token));
        var again = new HeldSource(_scene.Server);
        RequireFiles(await _scene.FetchAsync(plan, again), files);

        Assert.True(source.Transfers.Count > Connections);
        Assert.InRange(again.BytesSent, 1, plan.BytesToFetch - 1);
        Assert.Equal(plan.BytesToFetch, source.BytesSent + again.BytesSent);
        Assert.Equal(plan.BytesToFetch, _scene.Progress[^1].Bytes);
    }

    [Fact(Timeout = Limit)]
    public async Task An_aid_that_fails_ends_the_fetch_though_the_slow_one_still_waits()
    {
        var (plan, _) = await PublishAsync(Size);
        var source = new HeldSource(_scene.Server)
        {
            BeforeRead = (transfer, ct) => transfer.Number >= Connections ? throw new UnreachableException("no more", isTransient: false) : HoldAsync(transfer, ct),
        };

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => _scene.FetchAsync(plan, source));

        Assert.Equal("no more", failure.Message);
    }

    /// <summary>Where two of eight may read at once, the six that wait are not torn into ever more requests.</summary>
    [Fact(Timeout = Limit)]
    public async Task Ranges_that_wait_for_a_connection_are_left_whole()
    {
        _scene.Connections = 8;
        var files = Enumerable.Range(0, 128).Select(i => ($"{i:000}", Bytes(Size, seed: i))).ToArray();
        var plan = await _scene.PublishAsync(files);
        using var slots = new SemaphoreSlim(2);
        var source = new HeldSource(_scene.Server) { Slots = slots, BeforeRead = (_, ct) => Task.Delay(1, ct) };

        RequireFiles(await _scene.FetchAsync(plan, source), files);

        RequireEachByteOnce(source, plan);
        Assert.InRange(source.Transfers.Count, 8, 10);
    }

    [Fact(Timeout = Limit)]
    public async Task Whatever_is_slow_and_breaks_each_byte_is_sent_once()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var scene = new SignedScene { Connections = 5 };
            var files = Enumerable.Range(0, 60).Select(i => ($"{i:000}", Bytes(new Random((seed * 100) + i).Next(1, 4 * Size), seed: i))).ToArray();
            var plan = await scene.PublishAsync(files);
            var source = new HeldSource(scene.Server) { BeforeRead = RandomAsync(seed) };

            var staged = await scene.FetchAsync(plan, source);

            RequireFiles(staged, files);
            RequireEachByteOnce(source, plan);
            Assert.Equal((plan.BytesToFetch, plan.BytesToFetch), (staged.BytesFetched, scene.Progress[^1].Bytes));
        }
    }

    private static Func<HeldSource.Transfer, CancellationToken, Task> RandomAsync(int seed) => async (transfer, ct) =>
    {
        var random = new Random((seed * 7919) + transfer.Offset + (transfer.Received * 31));
        if (random.Next(40) == 0 && transfer.Received > 0)
            throw new UnreachableException("the connection broke off");
        if (transfer.Offset == 0 || random.Next(4) == 0)
            await Task.Delay(random.Next(4), ct);
    };

    /// <summary>All have begun before any goes on; the slow one waits for two aids; the others end only once it does.</summary>
    private async Task HoldAsync(HeldSource.Transfer transfer, CancellationToken ct)
    {
        if (transfer.Number >= Connections)
        {
            _relieved.Count(transfer.Number);
            return;
        }

        if (transfer.Received == 0)
            return;
        await _begun.WaitAsync(transfer.Number, ct);
        if (transfer.Offset == 0 && transfer.Received == HeldAt)
        {
            _held.TrySetResult();
            await _relieved.Task.WaitAsync(ct);
        }
        else if (transfer.Offset > 0 && transfer.Received >= transfer.Length - HeldSource.Chunk)
        {
            await _held.Task.WaitAsync(ct);
            await _nearlyDone.WaitAsync(transfer.Number, ct);
        }
    }

    private async Task<(UpdatePlan Plan, (string Path, byte[] Content)[] Files)> PublishAsync(int size)
    {
        var files = Enumerable.Range(0, Connections * 24 * Size / size).Select(i => ($"{i:000}", Bytes(size, seed: i))).ToArray();
        return (await _scene.PublishAsync(files), files);
    }

    private static IEnumerable<(int Offset, int End)> Requests(HeldSource source) => source.Transfers.Select(transfer => (transfer.Offset, transfer.End));

    private static void RequireEachByteOnce(HeldSource source, UpdatePlan plan)
    {
        var at = 0;
        foreach (var transfer in source.Transfers.Where(transfer => transfer.Received > 0).OrderBy(transfer => transfer.Offset))
        {
            Assert.Equal(at, transfer.Offset);
            at += transfer.Received;
        }

        Assert.Equal(plan.BytesToFetch, at);
    }

    /// <summary>Done once so many different ones came.</summary>
    private sealed class Countdown(int from)
    {
        private readonly HashSet<int> _came = [];
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Task => _all.Task;

        internal void Count(int who)
        {
            lock (_came)
            {
                if (_came.Add(who) && _came.Count == from)
                    _all.SetResult();
            }
        }

        internal Task WaitAsync(int who, CancellationToken ct)
        {
            Count(who);
            return Task.WaitAsync(ct);
        }
    }
}
