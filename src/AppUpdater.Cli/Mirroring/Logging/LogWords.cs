using System.Globalization;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>The words for events and states in the log for people and in JSON lines. They are added to, never changed.</summary>
internal static class LogWords
{
    /// <summary>Milliseconds and offset, of a fixed width.</summary>
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffzzz";

    private static readonly (LogEvent Event, string Word)[] Events =
    [
        (LogEvent.CycleBegin, "cycle-begin"),
        (LogEvent.Start, "start"),
        (LogEvent.End, "end"),
        (LogEvent.FolderCreated, "folder-created"),
        (LogEvent.FileRemoved, "file-removed"),
        (LogEvent.FolderRemoved, "folder-removed"),
        (LogEvent.FolderDone, "folder-done"),
        (LogEvent.Duplicate, "duplicate"),
        (LogEvent.Problem, "problem"),
        (LogEvent.CycleEnd, "cycle-end"),
        (LogEvent.RunFailed, "run-failed"),
        (LogEvent.Gap, "gap"),
    ];

    private static readonly (LogState State, string Word)[] States =
        [(LogState.None, "-"), (LogState.Ok, "ok"), (LogState.Failed, "failed"), (LogState.Stopped, "stopped")];

    internal static string Of(LogEvent what) => Events.Single(pair => pair.Event == what).Word;

    internal static string Of(LogState state) => States.Single(pair => pair.State == state).Word;

    internal static LogEvent? Event(ReadOnlySpan<char> word)
    {
        foreach (var pair in Events)
        {
            if (word.SequenceEqual(pair.Word))
                return pair.Event;
        }

        return null;
    }

    internal static LogState? State(ReadOnlySpan<char> word)
    {
        foreach (var pair in States)
        {
            if (word.SequenceEqual(pair.Word))
                return pair.State;
        }

        return null;
    }

    internal static string Time(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(TimeFormat, CultureInfo.InvariantCulture);

    internal static DateTimeOffset? Time(ReadOnlySpan<char> text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    /// <summary>Lines keep whole milliseconds: a time is compared as it was written.</summary>
    internal static DateTimeOffset Floor(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond));

    internal static string Counts(LogCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"new={counts.New} unchanged={counts.Unchanged} failed={counts.Failed} skipped={counts.Skipped} removed={counts.Removed} bytes={counts.Bytes} seconds={counts.Took.TotalSeconds:0.000}");
}
