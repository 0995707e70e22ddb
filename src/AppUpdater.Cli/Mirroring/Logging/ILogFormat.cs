namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>How a log writes its lines. No line has a line break inside, whatever names and reasons hold.</summary>
internal interface ILogFormat
{
    /// <summary>The line without its end; null where this log has no words for it.</summary>
    string? Line(LogEntry entry);

    /// <summary>The local day of a line that this format wrote; null: it is none.</summary>
    DateOnly? Day(string line);

    /// <summary>Whether a line tells what the entry tells: the same event of the same path with the same state, not before <paramref name="since"/>.</summary>
    bool Tells(string line, LogEntry entry, DateTimeOffset since);
}
