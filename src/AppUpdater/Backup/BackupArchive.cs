using System.Collections.Immutable;
using NuGet.Versioning;

namespace AppUpdater.Backup;

/// <summary>
/// A backup taken before a swap: the zip at <see cref="File"/> leads from <see cref="To"/> back to <see cref="From"/>.
/// </summary>
internal sealed record BackupArchive(string File, NuGetVersion? From, NuGetVersion To, ImmutableArray<RelativePath> Added);
