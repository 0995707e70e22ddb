using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// What the failure of a cycle means for those after it. A mirror that nobody watches lives on with all that can heal without it: a server
/// that is away, a certificate that ran out, a disk that is full or not mounted, a one-shot run that has the folder just now. It ends at once,
/// with its exit code, where the same command can only fail again (settings, a defect), and, at its start alone, where another mirror has the
/// folder: see <see cref="CycleLock"/>.
/// </summary>
internal static class CycleFailures
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstStubbornPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Whether the next cycle is tried all the same. A cancellation that nobody asked for is a time-out.</summary>
    internal static bool IsRetried(Exception failure) => failure
        is UnreachableException or MissingException or UntrustedException or InstallException
        or IOException or UnauthorizedAccessException or OperationCanceledException;

    /// <summary>What a few minutes do not heal, such as a refused login, which asked for again and again may lock the account.</summary>
    internal static bool IsStubborn(Exception failure) => failure is UntrustedException or UnreachableException { IsTransient: false };

    /// <summary>A report of a cycle that met no server. A single file or folder that failed leaves counts beside it.</summary>
    internal static bool IsLost(MirrorReport report) =>
        report is { Transferred: 0, Removed: 0, Unchanged: 0, Skipped: 0, Failures: [{ Path: null }] };

    /// <summary>The pause before the next try: a minute (a quarter of an hour), doubled each time, up to an hour.</summary>
    /// <param name="failed">Cycles in a row that did not come to their end; 1 or more.</param>
    /// <param name="isStubborn">See <see cref="IsStubborn"/>.</param>
    /// <param name="jitter">0 to 1; shortens it by up to a tenth, so that many mirrors do not all come back to a server at once.</param>
    internal static TimeSpan Pause(int failed, bool isStubborn, double jitter)
    {
        var first = isStubborn ? FirstStubbornPause : FirstPause;
        var whole = first * Math.Pow(2, Math.Clamp(failed - 1, 0, 16));
        return (whole < LongestPause ? whole : LongestPause) * (1 - (0.1 * jitter));
    }
}
