using System.Globalization;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>What people are told of a mirror's cycles.</summary>
/// <param name="title">Of the job.</param>
/// <param name="zone">In which times are shown.</param>
internal sealed class CycleMessages(string title, TimeZoneInfo zone)
{
    private readonly Texts _texts = new("MirrorSchedule");

    /// <summary>The end of a cycle, on one line.</summary>
    internal string Ended(MirrorStatus status)
    {
        var line = status.LastResult switch
        {
            { Failures: [{ Path: null } lost] } when status.Unfinished.Cycles > 0 =>
                _texts.Format("Cycle.Failed", title, lost.Shown, status.Unfinished.Cycles),
            { } result => _texts.Format("Cycle.Done", title, Counts(_texts, result)),
            null => "",
        };
        return status.NextRun is { } next ? $"{line} {_texts.Format("Cycle.Next", Time(next, zone))}" : line;
    }

    internal string Waits(DateTimeOffset until) => _texts.Format("Cycle.Waits", title, Time(until, zone));

    internal string GoesOn() => _texts.Format("Cycle.GoesOn", title);

    internal string Stopped() => _texts.Format("Cycle.Stopped", title);

    internal static string Counts(Texts texts, CycleResult result)
    {
        var counts = texts.Format(
            "Cycle.Counts", result.Transferred, result.Unchanged, result.Removed, result.Failed, ByteCount.Show(result.Bytes), Span(result.Seconds));
        return result.HeldBack == 0 ? counts : $"{counts}; {texts.Format("Cycle.HeldBack", result.HeldBack)}";
    }

    internal static string Time(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Span(double seconds) => seconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0}:{Math.Floor(seconds / 60) % 60:00}:{Math.Floor(seconds) % 60:00} h");
}
