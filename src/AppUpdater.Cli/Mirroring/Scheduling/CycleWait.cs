namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>Waits for a timetable by the clock on the wall, looked at once a minute: a clock that is put forward or back delays nothing for long.</summary>
internal sealed class CycleWait(TimeProvider clock)
{
    private static readonly TimeSpan Slice = TimeSpan.FromMinutes(1);

    /// <param name="timetable">That the next cycle is due by.</param>
    /// <param name="end">What it is counted from.</param>
    /// <param name="ct">Ends the wait.</param>
    internal async Task UntilDueAsync(Timetable timetable, DateTimeOffset end, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var now = clock.GetUtcNow();
            end = timetable.From(end, now);
            var left = timetable.After(end) - now;
            if (left <= TimeSpan.Zero)
                return;
            await Task.Delay(left < Slice ? left : Slice, clock, ct);
        }
    }
}
