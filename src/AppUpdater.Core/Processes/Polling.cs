namespace AppUpdater.Core.Processes;

/// <summary>Waits for what no event tells of: a process that is not a child, a lock's holder.</summary>
internal static class Polling
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a cancellation may go unnoticed while the system waits.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    /// <summary>Asks until the answer is yes (true) or <paramref name="limit"/> has passed (false). It asks at least once.</summary>
    internal static async Task<bool> UntilAsync(Func<bool> done, TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        for (var pause = First; !done(); pause = Longest < pause * 2 ? Longest : pause * 2)
        {
            var left = limit - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return false;
            await Task.Delay(left < pause ? left : pause, clock, ct).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>As <see cref="UntilAsync"/>, for what yields a value once it can be had.</summary>
    internal static async Task<T?> ForAsync<T>(Func<T?> take, TimeSpan limit, TimeProvider clock, CancellationToken ct)
        where T : class
    {
        T? taken = null;
        await UntilAsync(() => (taken = take()) is not null, limit, clock, ct).ConfigureAwait(false);
        return taken;
    }

    /// <summary>Waits until this very process has ended; false where it still runs after <paramref name="limit"/>.</summary>
    internal static async Task<bool> UntilEndedAsync(ProcessIdentity process, TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        using var end = ProcessEnd.TryWatch(process.Id);
        while (end is not null && process.IsAlive() && clock.GetElapsedTime(start) is var passed && passed < limit)
        {
            ct.ThrowIfCancellationRequested();
            var slice = limit - passed < Slice ? limit - passed : Slice;
            if (!await Task.Run(() => end.Wait(slice), ct).ConfigureAwait(false))
                break;
        }

        var left = limit - clock.GetElapsedTime(start);
        return await UntilAsync(() => !process.IsAlive(), TimeSpan.Zero < left ? left : TimeSpan.Zero, clock, ct).ConfigureAwait(false);
    }
}
