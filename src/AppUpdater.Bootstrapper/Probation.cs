using System.Globalization;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// Whether a started version works. <c>alive</c>: it runs for the time set, or ended with 0 before. <c>call</c>: the host says so in
/// that time; an app that never does, because it knows nothing of this library, is one that hangs. An end that somebody asked for (Ctrl+C,
/// a supervisor) proves nothing either way, see <see cref="ProbationRecord"/>.
/// </summary>
internal sealed class Probation(TimeProvider clock)
{
    private const int WindowsControlC = unchecked((int)0xC000013A); // STATUS_CONTROL_C_EXIT

    internal Task<Verdict> WatchAsync(IAppProcess app, SwapHeader header, Func<bool> isConfirmedByHost, Func<bool> isStopAsked) =>
        header.Confirm == ConfirmMode.Call
            ? ForCallAsync(app, header, isConfirmedByHost, isStopAsked)
            : ForLifeAsync(app, header, isStopAsked);

    private async Task<Verdict> ForLifeAsync(IAppProcess app, SwapHeader header, Func<bool> isStopAsked)
    {
        using var stop = new CancellationTokenSource();
        var proven = Task.Delay(header.ConfirmWithin, clock, stop.Token);
        if (await Task.WhenAny(app.Ended, proven).ConfigureAwait(false) == proven)
            return new Verdict(VerdictKind.Proven, Reason: null);
        await stop.CancelAsync().ConfigureAwait(false);
        var code = await app.Ended.ConfigureAwait(false);
        return code == 0 ? new Verdict(VerdictKind.Proven, Reason: null) : JudgeEnd(code, header, isStopAsked());
    }

    private async Task<Verdict> ForCallAsync(IAppProcess app, SwapHeader header, Func<bool> isConfirmedByHost, Func<bool> isStopAsked)
    {
        await Polling.UntilAsync(() => isConfirmedByHost() || app.Ended.IsCompleted, header.ConfirmWithin, clock, CancellationToken.None)
            .ConfigureAwait(false);
        if (isConfirmedByHost())
            return new Verdict(VerdictKind.Proven, Reason: null);
        if (!app.Ended.IsCompleted)
            return new Verdict(VerdictKind.Failed, $"{Version(header)} did not confirm that it works within {Seconds(header)}; with confirm = call the app has to call Confirm().");
        var code = await app.Ended.ConfigureAwait(false);
        return code == 0
            ? new Verdict(VerdictKind.Open, $"{Version(header)} ended before it confirmed that it works.")
            : JudgeEnd(code, header, isStopAsked());
    }

    private static Verdict JudgeEnd(int code, SwapHeader header, bool isStopAsked) =>
        isStopAsked || IsAskedFor(code)
            ? new Verdict(VerdictKind.Open, $"{Version(header)} was ended from outside before it had proved itself.")
            : new Verdict(
                VerdictKind.Failed,
                string.Create(CultureInfo.InvariantCulture, $"{Version(header)} ended with exit code {code} within {Seconds(header)} of its start."));

    /// <summary>128 and SIGHUP, SIGINT or SIGTERM.</summary>
    private static bool IsAskedFor(int code) => OperatingSystem.IsWindows() ? code == WindowsControlC : code is 129 or 130 or 143;

    internal static string Version(SwapHeader header) => header.To.Length > 0 ? $"Version {header.To}" : "The version put in place";

    private static string Seconds(SwapHeader header) => string.Create(CultureInfo.InvariantCulture, $"{header.ConfirmWithin.TotalSeconds:0.###} s");
}
