using System.Collections.Immutable;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>
/// One file that a swap puts in place: staged at <see cref="Source"/> (a full path on the app's own volume), which the preparation moves
/// away. <see cref="OldHash"/> is what lies at <see cref="Path"/> now, null where nothing does.
/// </summary>
internal sealed record FileToPlace(
    RelativePath Path, string Source, ContentHash NewHash, ContentHash? OldHash, UnixFileMode? Mode, DateTimeOffset? Modified)
{
    /// <summary>This process has flushed it: its bytes, mode and time are on the disk. A disk may take 10 ms for a flush of nothing.</summary>
    internal bool IsFlushed { get; init; }
}

/// <summary>One file that a swap takes away, and what it holds now.</summary>
internal sealed record FileToRemove(RelativePath Path, ContentHash OldHash);

/// <summary>A file that lies in the swap's folder, beside its journal: a plain name, and its bytes. The swap itself never reads it.</summary>
internal sealed record SwapCompanion(string Name, ImmutableArray<byte> Content);

/// <summary>
/// All that a swap needs to be prepared. Directories follow from it: missing ones are created,
/// <see cref="FoldersToRemove"/> go where nothing is left in them.
/// </summary>
internal sealed record SwapRequest(
    SwapHeader Header,
    ImmutableArray<FileToPlace> Place,
    ImmutableArray<FileToRemove> Remove,
    ImmutableArray<RelativePath> FoldersToRemove,
    string Bootstrapper)
{
    /// <summary>Folders that are wanted though no file lies in them.</summary>
    internal ImmutableArray<RelativePath> FoldersToCreate { get; init; } = [];

    internal ImmutableArray<CaseChange> CaseChanges { get; init; } = [];

    /// <summary>What has to lie there wherever the journal does.</summary>
    internal ImmutableArray<SwapCompanion> Companions { get; init; } = [];

    /// <summary>Told where the bootstrapper's copy lies, whole and executable, while the rest is prepared: it may be tried out meanwhile.</summary>
    internal Action<string>? BootstrapperLaid { get; init; }
}
