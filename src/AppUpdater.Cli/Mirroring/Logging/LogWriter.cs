using System.Globalization;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>
/// Writes one log. One that can't be written any more does not stop the mirror: that is said once, and where it can be written again, the
/// log itself says how many lines it lacks. For one caller at a time.
/// </summary>
internal sealed class LogWriter(DailyFile file, ILogFormat format, TimeProvider clock, Action<string> note) : IDisposable
{
    private int _missing;
    private string _reason = "";

    internal string FullPath => file.Place.FullPath;

    /// <exception cref="InstallException">The file can't be written; the message says what to do.</exception>
    internal void Open()
    {
        try
        {
            file.Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InstallException)
        {
            throw new InstallException(
                $"The log {FullPath} can't be written: {Wording.Of(e)} Nothing was transferred. Give the mirror write access to it and to its folder, or choose another place for the log.", e);
        }
    }

    /// <summary>Looks for the file anew.</summary>
    internal void Reopen() => file.Reopen();

    internal void Write(LogEntry entry)
    {
        if (format.Line(entry) is not { } line)
            return;
        try
        {
            if (_missing > 0 && format.Line(Gap()) is { } gap)
                file.Append(gap);
            _missing = 0;
            file.Append(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InstallException)
        {
            if (_missing++ == 0)
                note(Reasons.Of($"The log {FullPath} can't be written: {Wording.Of(e)} The mirror goes on, and its log lacks lines from here on."));
            _reason = e.Message;
        }
    }

    /// <summary>Whether the log has a line that tells the same, not older than <paramref name="since"/>. One that can't be read tells nothing.</summary>
    internal bool Tells(LogEntry entry, DateTimeOffset since)
    {
        try
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(since, clock.LocalTimeZone).DateTime);
            return file.LinesSince(day).Any(line => format.Tells(line, entry, since));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            note(Reasons.Of($"The log {FullPath} can't be read: {Wording.Of(e)} What it tells already may be told again."));
            return false;
        }
    }

    public void Dispose() => file.Dispose();

    private LogEntry Gap() => new(
        clock.GetUtcNow(), LogEvent.Gap, null, LogState.Failed, string.Create(CultureInfo.InvariantCulture, $"{_missing} lines are missing here: {_reason}"));
}
