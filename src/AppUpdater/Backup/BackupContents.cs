using System.Collections.Immutable;
using NuGet.Versioning;

namespace AppUpdater.Backup;

/// <summary>
/// What a backup has to hold to lead back: the files that the swap replaces or removes, and the names of those it adds.
/// installed.json goes with it by itself.
/// </summary>
internal sealed record BackupContents(
    string App, NuGetVersion? From, NuGetVersion To, ImmutableArray<RelativePath> Saved, ImmutableArray<RelativePath> Added);
