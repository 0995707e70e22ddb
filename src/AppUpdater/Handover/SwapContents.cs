using System.Collections.Immutable;
using AppUpdater.Core.Swap;
using NuGet.Versioning;

namespace AppUpdater.Handover;

/// <summary>
/// All that one swap does, before it is backed up and prepared. <see cref="UserCopies"/> are among <see cref="Place"/>: a way back
/// leaves them where they are.
/// </summary>
internal sealed record SwapContents
{
    internal required NuGetVersion? From { get; init; }
    internal required NuGetVersion? To { get; init; }
    internal required string Release { get; init; }
    internal required bool IsRollback { get; init; }
    internal required ImmutableArray<FileToPlace> Place { get; init; }
    internal required ImmutableArray<FileToRemove> Remove { get; init; }
    internal required ImmutableArray<RelativePath> FoldersToRemove { get; init; }
    internal ImmutableArray<RelativePath> FoldersToCreate { get; init; } = [];
    internal ImmutableArray<CaseChange> CaseChanges { get; init; } = [];
    internal required ImmutableHashSet<RelativePath> UserCopies { get; init; }

    /// <summary>What a signed release is looked at by once more before it is applied; none for a plain tree or a way back.</summary>
    internal ImmutableArray<SwapCompanion> Companions { get; init; } = [];

    /// <summary>Files of the app (and version.ini) that are replaced or removed.</summary>
    internal ImmutableArray<RelativePath> Touched =>
        [.. Place.Where(file => file.OldHash is not null).Select(file => file.Path).Concat(Remove.Select(file => file.Path)).Where(IsTheApps).Order()];

    /// <summary>Files of the app (and version.ini) that were not there.</summary>
    internal ImmutableArray<RelativePath> Added =>
        [.. Place.Where(file => file.OldHash is null && !UserCopies.Contains(file.Path)).Select(file => file.Path).Where(IsTheApps).Order()];

    private static bool IsTheApps(RelativePath path) => path != OwnRecords.Installed;
}
