using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;

namespace AppUpdater.Staging;

/// <summary>A fetched file, complete and hashed, at <see cref="FullPath"/>; <see cref="LocalModified"/> is the time it bears there.</summary>
internal sealed record StagedFile(FileToFetch Planned, string FullPath, ContentHash Hash, DateTimeOffset LocalModified)
{
    /// <inheritdoc cref="Core.Swap.FileToPlace.IsFlushed"/>
    internal bool IsFlushed { get; init; }
}

/// <summary>All files of a plan, fetched. The plan is the one they fit: another than the first, where the server changed meanwhile.</summary>
internal sealed record StagedFiles(UpdatePlan Plan, ImmutableArray<StagedFile> Files, long BytesFetched);
