namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>What a line of a mirror's log is about.</summary>
internal enum LogEvent
{
    /// <summary>A run begins to do what it planned.</summary>
    CycleBegin,

    /// <summary>A transfer begins.</summary>
    Start,

    /// <summary>A transfer ended.</summary>
    End,

    FolderCreated,

    FileRemoved,

    FolderRemoved,

    /// <summary>All that was to be done in a folder is done.</summary>
    FolderDone,

    /// <summary>A file has the bytes of another one.</summary>
    Duplicate,

    /// <summary>Something that could not even be tried.</summary>
    Problem,

    /// <summary>The run is over.</summary>
    CycleEnd,

    /// <summary>The run could not be made or carried on.</summary>
    RunFailed,

    /// <summary>Lines that should be here could not be written.</summary>
    Gap,
}

internal enum LogState
{
    /// <summary>Neither good nor bad yet.</summary>
    None,

    Ok,

    Failed,

    /// <summary>Cut off; another run goes on with it.</summary>
    Stopped,
}

/// <summary>What a cycle came to. Removed: files and folders. Bytes: what travelled.</summary>
internal sealed record LogCounts(int New, int Unchanged, int Failed, int Skipped, int Removed, long Bytes, TimeSpan Took);

/// <summary>One line of a log. <see cref="Path"/> null: the mirror as a whole. <see cref="Bytes"/>: of the file.</summary>
internal sealed record LogEntry(DateTimeOffset At, LogEvent Event, string? Path, LogState State, string? Reason)
{
    internal long? Bytes { get; init; }

    internal LogCounts? Counts { get; init; }

    /// <summary>Of a cycle's begin: the first since the mirror was started.</summary>
    internal bool IsFirst { get; init; }

    /// <summary>The path of the top folder in lines about folders.</summary>
    internal const string Top = ".";
}
