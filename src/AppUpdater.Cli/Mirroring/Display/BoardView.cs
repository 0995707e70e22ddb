using System.Collections.Immutable;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>What a mirror does at the moment.</summary>
internal enum BoardPhase
{
    /// <summary>Lists and compares; nothing is known yet.</summary>
    Comparing,

    /// <summary>Carries a plan out.</summary>
    Working,

    /// <summary>A run is over and the next one not begun.</summary>
    Waiting,
}

/// <summary>A file on its way. <see cref="Bytes"/> of <see cref="Size"/> so far.</summary>
internal sealed record BoardTransfer(string Name, long Bytes, long Size);

/// <summary>Something that ended. <see cref="Reason"/> null: well.</summary>
internal sealed record BoardResult(string Name, long Bytes, bool IsRemoval, string? Reason);

/// <summary>A <see cref="MirrorBoard"/> at one moment. Names are clean.</summary>
internal sealed record BoardView(MirrorDirection Direction, BoardPhase Phase, TimeSpan Elapsed)
{
    /// <summary>What the job is called; null: nothing.</summary>
    internal string? Job { get; init; }

    internal long TotalBytes { get; init; }

    /// <summary>At the destination, or on their way there.</summary>
    internal long DoneBytes { get; init; }

    /// <summary>Of files that failed: they don't come in this run.</summary>
    internal long LostBytes { get; init; }

    internal int TotalFiles { get; init; }

    internal int DoneFiles { get; init; }

    internal int Removed { get; init; }

    internal int Failed { get; init; }

    /// <summary>Bytes a second; null is not known.</summary>
    internal double? Rate { get; init; }

    /// <summary>In the order they began.</summary>
    internal ImmutableArray<BoardTransfer> Active { get; init; } = [];

    /// <summary>The newest last.</summary>
    internal ImmutableArray<BoardResult> Tail { get; init; } = [];

    /// <summary>Of the work, 0 to 1; 1 only when nothing is left.</summary>
    internal double Share => TotalBytes > 0 ? (double)(TotalBytes - LeftBytes) / TotalBytes : TotalFiles > 0 ? Math.Min(1, (double)DoneFiles / TotalFiles) : 1;

    /// <summary>Null where it can't be told: nothing moves, nothing is left, or it would be days.</summary>
    internal TimeSpan? Left =>
        Rate is > 0 and var rate && LeftBytes > 0 && LeftBytes / rate is var seconds and < LongestLeft ? TimeSpan.FromSeconds(Math.Ceiling(seconds)) : null;

    private const double LongestLeft = 100 * 3600;

    private long LeftBytes => Math.Max(0, TotalBytes - DoneBytes - LostBytes);
}
