using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AppUpdater.Transport;

/// <summary>Something that a listing had to leave out, and why. <see cref="Folder"/> holds it, or is it; null for the top folder.</summary>
internal sealed record ListingGap(RelativePath? Folder, Wording Reason, bool IsWholeFolder);

/// <summary>
/// Takes what a listing can't show, for whoever would rather have the rest: a name that is no path, a folder that may not be listed. Where
/// nobody takes it, it ends the listing. Safe for concurrent use.
/// </summary>
internal sealed class ListingGaps
{
    private readonly ConcurrentQueue<ListingGap> _gaps = new();

    /// <summary>A listed name that is no path. The updater's own folder is left out without a word.</summary>
    internal void AddName(RelativePath? folder, string name, UntrustedException refusal)
    {
        if (folder is not null || !name.Equals(RelativePath.OwnFolder, StringComparison.OrdinalIgnoreCase))
            _gaps.Enqueue(new ListingGap(folder, refusal.Wording, IsWholeFolder: false));
    }

    /// <summary>A folder whose entries are not known.</summary>
    internal void AddFolder(RelativePath folder, UpdateException refusal) => _gaps.Enqueue(new ListingGap(folder, refusal.Wording, IsWholeFolder: true));

    /// <summary>What was added since the last call.</summary>
    internal ImmutableArray<ListingGap> Take()
    {
        var taken = ImmutableArray.CreateBuilder<ListingGap>();
        while (_gaps.TryDequeue(out var gap))
            taken.Add(gap);
        return taken.ToImmutable();
    }
}
