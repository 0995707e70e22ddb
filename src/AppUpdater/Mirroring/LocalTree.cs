using System.Collections.Immutable;

namespace AppUpdater.Mirroring;

/// <summary>A file here: size in bytes, time of its last change.</summary>
internal readonly record struct LocalFile(long Size, DateTimeOffset Modified);

/// <summary>What the mirror's folder holds, as far as the filter goes into it; the updater's own folder is no part of it.</summary>
internal sealed record LocalTree
{
    internal required IReadOnlyDictionary<RelativePath, LocalFile> Files { get; init; }

    internal required IReadOnlySet<RelativePath> Folders { get; init; }

    /// <summary>Links that were not followed, and devices: what they hide is neither there nor gone.</summary>
    internal IReadOnlySet<RelativePath> Others { get; init; } = ImmutableHashSet<RelativePath>.Empty;

    /// <summary>Names and folders that could not be read.</summary>
    internal ImmutableArray<MirrorFailure> Failures { get; init; } = [];

    /// <summary>Every folder was read.</summary>
    internal bool IsWhole { get; init; } = true;

    /// <summary>Files that somebody may still write to.</summary>
    internal IReadOnlySet<RelativePath> Unstill { get; init; } = ImmutableHashSet<RelativePath>.Empty;
}
