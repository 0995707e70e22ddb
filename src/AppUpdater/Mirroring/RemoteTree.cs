using System.Collections.Immutable;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>What the server's folder holds, as far as the filter goes into it.</summary>
internal sealed record RemoteTree
{
    internal required IReadOnlyDictionary<RelativePath, PlannedFile> Files { get; init; }

    internal required IReadOnlySet<RelativePath> Folders { get; init; }

    /// <summary>Names and folders that could not be listed.</summary>
    internal ImmutableArray<ListingGap> Gaps { get; init; } = [];

    /// <summary>Links and files without a size.</summary>
    internal ImmutableArray<MirrorFailure> Failures { get; init; } = [];

    /// <summary>Every folder was listed to its end.</summary>
    internal bool IsWhole => !Gaps.Any(gap => gap.IsWholeFolder);

    /// <exception cref="UnreachableException">The server can't be reached, or a listing broke off for good.</exception>
    /// <exception cref="MissingException">The folder itself is not there.</exception>
    internal static async Task<RemoteTree> ReadAsync(IRemoteSource source, FilterRules filter, ListingGaps gaps, CancellationToken ct)
    {
        gaps.Take(); // of an earlier listing that broke off
        var files = new Dictionary<RelativePath, PlannedFile>();
        var folders = new HashSet<RelativePath>();
        var sizeless = new List<RelativePath>();
        await foreach (var entry in source.ListAsync(folder: null, filter.Enters, ct).ConfigureAwait(false))
        {
            if (entry.Kind == RemoteEntryKind.Directory)
                folders.Add(entry.Path);
            else if (entry.Kind == RemoteEntryKind.File && entry.Size is { } size && !MirrorPlace.IsPartial(entry.Path))
                files[entry.Path] = new PlannedFile(size, entry.Modified);
            else if (entry is { Kind: RemoteEntryKind.File, Size: null })
                sizeless.Add(entry.Path);
        }

        var failures = await AskSizesAsync(source, sizeless, files, ct).ConfigureAwait(false);
        return new RemoteTree { Files = files, Folders = folders, Gaps = gaps.Take(), Failures = failures };
    }

    /// <summary>Indexes of web servers tell no exact size.</summary>
    private static async Task<ImmutableArray<MirrorFailure>> AskSizesAsync(
        IRemoteSource source, List<RelativePath> paths, Dictionary<RelativePath, PlannedFile> files, CancellationToken ct)
    {
        if (paths.Count == 0)
            return [];
        var failures = ImmutableArray.CreateBuilder<MirrorFailure>();
        var found = await source.StatAllAsync(paths, ct).ConfigureAwait(false);
        for (var i = 0; i < paths.Count; i++)
        {
            if (found[i] is { Size: { } size } entry)
                files[paths[i]] = new PlannedFile(size, entry.Modified);
            else
                failures.Add(new MirrorFailure(paths[i], $"{source.Location} tells no size of it."));
        }

        return failures.ToImmutable();
    }

    /// <summary>Of names that fall together where case is ignored, all but the first.</summary>
    internal IReadOnlySet<RelativePath> Twins()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Files.Keys.Order().Where(path => !seen.Add(TargetCollisions.Fold(path))).ToHashSet();
    }
}
