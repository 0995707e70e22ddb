using AppUpdater.Core.Processes;

namespace AppUpdater.Bootstrapper;

/// <summary>Takes a lock once it is free. A file of its that can't even be opened is tried again for a second: disks fail for a moment.</summary>
internal static class PatientLock
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <returns>What was taken, or null where it is not free within the limit.</returns>
    /// <exception cref="InstallException">It can't be opened, and that lasts.</exception>
    internal static async Task<T?> TakeAsync<T>(Func<T?> take, TimeSpan limit, TimeProvider clock)
        where T : class
    {
        InstallException? failure = null;
        var start = clock.GetTimestamp();
        T? TryTake()
        {
            try
            {
                failure = null;
                return take();
            }
            catch (InstallException e) when (clock.GetElapsedTime(start) < Moment)
            {
                failure = e;
                return null;
            }
        }

        var taken = await Polling.ForAsync(TryTake, limit, clock, CancellationToken.None).ConfigureAwait(false);
        return taken is null && failure is not null ? throw failure : taken;
    }
}
