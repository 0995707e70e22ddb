using System.Globalization;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>The log for people: six fields, parted by one tab each (docs/mirror-log.md has the grammar). Pure.</summary>
internal sealed class StandardFormat(string user, TimeZoneInfo zone) : ILogFormat
{
    private const string Nothing = "-";

    public string Line(LogEntry entry) => string.Join(
        '\t',
        LogWords.Time(entry.At, zone),
        LogWords.Of(entry.Event),
        Field(entry.Path),
        Field(user),
        LogWords.Of(entry.State),
        Field(Reason(entry)));

    public DateOnly? Day(string line) => TryParse(line, out var entry) ? DateOnly.FromDateTime(entry.At.DateTime) : null;

    public bool Tells(string line, LogEntry entry, DateTimeOffset since) =>
        TryParse(line, out var there) && there.Event == entry.Event && there.Path == entry.Path && there.State == entry.State
        && there.At >= LogWords.Floor(since);

    /// <summary>Takes a line apart. Bytes and counts stay in its reason.</summary>
    internal static bool TryParse(string line, out LogEntry entry)
    {
        entry = new LogEntry(default, default, null, LogState.None, null);
        var fields = line.Split('\t');
        if (fields.Length != 6 || fields.Contains("") || LogWords.Time(fields[0]) is not { } at || LogWords.Event(fields[1]) is not { } what || LogWords.State(fields[4]) is not { } state)
            return false;
        try
        {
            entry = new LogEntry(at, what, Text(fields[2]), state, Text(fields[5]));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string? Reason(LogEntry entry)
    {
        if (entry.Counts is { } counts)
            return LogWords.Counts(counts);
        var bytes = entry.Bytes is { } count ? string.Create(CultureInfo.InvariantCulture, $"bytes={count}") : null;
        return entry.Reason is null ? bytes : bytes is null ? LogText.Bounded(entry.Reason) : $"{bytes} {LogText.Bounded(entry.Reason)}";
    }

    // A field that is nothing else must not look like one that is empty.
    private static string Field(string? text) => text is null or "" ? Nothing : text == Nothing ? @"\u002D" : LogText.Escape(text);

    private static string? Text(string field) => field == Nothing ? null : LogText.Unescape(field);
}
