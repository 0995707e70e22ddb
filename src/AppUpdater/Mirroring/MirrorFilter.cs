using System.Collections.Immutable;

namespace AppUpdater.Mirroring;

/// <summary>
/// Which files a mirror deals with, either way; all conditions hold together. What a filter leaves out is left alone: never fetched, sent or
/// removed. Immutable; safe for concurrent use.
/// </summary>
public sealed record MirrorFilter
{
    /// <summary>Takes everything.</summary>
    public static MirrorFilter Everything { get; } = new();

    /// <summary>Globs of which one must match, as in version.ini's <c>exclude</c>; empty: all do.</summary>
    public ImmutableArray<string> Include { get; init; } = [];

    /// <summary>Globs of which none may match.</summary>
    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>Extensions such as <c>.max</c>, of which one must be the file's, whatever its case; empty: any.</summary>
    public ImmutableArray<string> Extensions { get; init; } = [];

    /// <summary>Extensions that the file must not have.</summary>
    public ImmutableArray<string> ExcludeExtensions { get; init; } = [];

    /// <summary>Changed at this time or later; null: whenever.</summary>
    public DateTimeOffset? NewerThan { get; init; }

    /// <summary>Changed before this time; null: whenever.</summary>
    public DateTimeOffset? OlderThan { get; init; }

    /// <summary>In bytes.</summary>
    public long? MinSize { get; init; }

    /// <summary>In bytes.</summary>
    public long? MaxSize { get; init; }

    /// <summary>How many folders deep, from 1: only files of the folder itself; null: all.</summary>
    public int? Depth { get; init; }
}
