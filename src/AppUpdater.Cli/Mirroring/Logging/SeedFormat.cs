using System.Globalization;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>The words and shapes of the logs of the scripts that this mirror replaces. They tell outcomes, and no beginnings. Pure.</summary>
internal sealed class SeedFormat(string user, MirrorDirection direction, TimeZoneInfo zone) : ILogFormat
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss,fff";

    public string? Line(LogEntry entry) => Words(entry) is { } words ? $"{Local(entry.At).ToString(TimeFormat, CultureInfo.InvariantCulture)} - {words}" : null;

    public DateOnly? Day(string line) => Time(line) is { } time ? DateOnly.FromDateTime(time) : null;

    // The line has no offset: in the hour that comes twice, either may be meant.
    public bool Tells(string line, LogEntry entry, DateTimeOffset since)
    {
        if (Time(line) is not { } time || Words(entry with { Reason = null }) is not { } words)
            return false;
        var said = line.AsSpan(TimeFormat.Length);
        if (!said.StartsWith(" - ") || !said[3..].StartsWith(words) || (said.Length > 3 + words.Length && !said[(3 + words.Length)..].StartsWith(" - ")))
            return false;
        var offsets = zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time) : [zone.IsInvalidTime(time) ? zone.BaseUtcOffset : zone.GetUtcOffset(time)];
        return offsets.Any(offset => new DateTimeOffset(time, offset) >= LogWords.Floor(since));
    }

    private string? Words(LogEntry entry) => direction == MirrorDirection.Pull ? PullWords(entry) : PushWords(entry);

    private string? PullWords(LogEntry entry) => entry switch
    {
        { Event: LogEvent.End or LogEvent.FolderDone, State: LogState.Ok } => $"{Name(entry)} - {Text(user)} - Descarga exitosa",
        { Event: LogEvent.FolderCreated or LogEvent.FileRemoved or LogEvent.FolderRemoved, State: LogState.Ok } => null,
        { State: LogState.Failed } and not { Event: LogEvent.CycleEnd } => $"{Name(entry)} - {Text(user)} - Descarga fallida{Reason(entry)}",
        _ => null,
    };

    private string? PushWords(LogEntry entry)
    {
        var what = entry.Event switch
        {
            LogEvent.CycleBegin when entry.IsFirst => "Valid parameters",
            LogEvent.End => $"File created / updated : srv {Name(entry)} file {Text(entry.Path is { } path ? path[(path.LastIndexOf('/') + 1)..] : LogEntry.Top)}",
            LogEvent.FileRemoved => $"File removed : {Name(entry)}",
            LogEvent.FolderCreated => $"Folder created: {Name(entry)}",
            LogEvent.FolderRemoved => $"Folder removed : {Name(entry)}",
            LogEvent.Problem or LogEvent.RunFailed or LogEvent.Gap => Name(entry),
            _ => null,
        };
        return what is null || (entry.State == LogState.Stopped && entry.Event == LogEvent.End) ? null
            : entry.State is LogState.Failed ? $"{Text(user)} - ERROR - {what}{Reason(entry)}"
            : $"{Text(user)} - INFO - {what}{(entry.Event == LogEvent.RunFailed ? Reason(entry) : "")}";
    }

    private static string Name(LogEntry entry) => Text(entry.Path ?? LogEntry.Top);

    private static string Reason(LogEntry entry) => entry.Reason is { } reason ? $" - {Text(LogText.Bounded(reason))}" : "";

    private static string Text(string text) => LogText.Escape(text);

    private DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).DateTime;

    private static DateTime? Time(string line) =>
        line.Length > TimeFormat.Length
        && DateTime.TryParseExact(line.AsSpan(0, TimeFormat.Length), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
