using AppUpdater.Settings;

namespace AppUpdater.Planning;

/// <summary>
/// An end to reading what is small: a server that sends a byte now and then must not hold up a check for days. A line that gives a quarter
/// of what <c>rate</c> allows, 4 KiB a second at most, is not cut off.
/// </summary>
internal static class ReadLimit
{
    private const long LeastPerSecond = 4 * 1024;
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    /// <exception cref="UnreachableException">The limit is over.</exception>
    internal static async Task<T> RunAsync<T>(InstallEnvironment install, string what, long bytes, Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        var perSecond = Math.Max(1, Math.Min(LeastPerSecond, (install.Settings.Update.Rate ?? long.MaxValue) / 4));
        var needed = Start + TimeSpan.FromSeconds((double)bytes / perSecond);
        var limit = needed < Longest ? needed : Longest;
        using var over = new CancellationTokenSource(limit, install.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, over.Token);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (over.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new UnreachableException($"{what} did not arrive within {limit.TotalMinutes:0} min, and no line is that slow: it was given up.", e);
        }
    }
}
