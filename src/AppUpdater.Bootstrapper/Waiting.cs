namespace AppUpdater.Bootstrapper;

/// <summary>Why the app waits no longer for its update.</summary>
internal enum WaitEnd
{
    /// <summary>It is there, there is none, or it failed.</summary>
    Over,

    /// <summary>The server took too long to say what it has.</summary>
    CheckTooLong,

    /// <summary>Fetching takes too long.</summary>
    StageTooLong,

    /// <summary>The user pressed a key.</summary>
    Skipped,

    /// <summary>Somebody asked for an end of it all.</summary>
    Stopped,
}

/// <summary>How long an app waits at most; null waits for the end.</summary>
internal sealed record WaitLimits(TimeSpan? Check, TimeSpan? Stage);

/// <summary>Waits for an update that is at work: as long as it may take, as the user wants, and shows how it goes on.</summary>
/// <param name="screen">Where it is shown.</param>
/// <param name="openKeys">Listens for a key; null where none can be heard.</param>
/// <param name="clock">Measures the limits.</param>
internal sealed class Waiting(LaunchScreen screen, Func<IKeys?> openKeys, TimeProvider clock)
{
    /// <summary>A check that takes no longer is not worth a word.</summary>
    private static readonly TimeSpan SilentCheck = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    internal async Task<WaitEnd> ForAsync(IUpdateRun run, WaitLimits limits, Task stop)
    {
        IKeys? keys = null;
        try
        {
            var begun = clock.GetTimestamp();
            long? offered = null;
            var isShown = false;
            for (; ; await Task.WhenAny(run.Done, stop, Task.Delay(Tick, clock)).ConfigureAwait(false))
            {
                if (stop.IsCompleted)
                    return WaitEnd.Stopped;
                if (run.Done.IsCompleted)
                    return WaitEnd.Over;
                offered ??= run.Offer is null ? null : clock.GetTimestamp();
                if (offered is null && clock.GetElapsedTime(begun) >= limits.Check)
                    return WaitEnd.CheckTooLong;
                if (offered is not null && clock.GetElapsedTime(offered.Value) >= limits.Stage)
                    return WaitEnd.StageTooLong;
                if (offered is null && (!screen.IsTerminal || clock.GetElapsedTime(begun) < SilentCheck))
                    continue;
                if (!isShown && screen.IsTerminal && limits.Stage is not null)
                    keys = openKeys();
                isShown = true;
                screen.Show(LaunchText.Line(run.Offer?.Version.Version, run.Progress, keys is not null));
                if (keys?.IsPressed() == true)
                    return WaitEnd.Skipped;
            }
        }
        finally
        {
            keys?.Dispose();
            screen.Clear();
        }
    }
}
