using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Planning;

/// <summary>
/// Where the bytes of a signed release's files come from: what lies on disk under any name is copied, the rest is read from packs, each
/// blob once however many files want it. Pure. What is here is what planning knows: staging finds more (the blocks of an older version,
/// what an earlier run fetched), and fetches what turns out not to be on disk after all.
/// </summary>
internal sealed record ContentPlan
{
    /// <summary>By target: the file of the install whose bytes it has.</summary>
    internal required ImmutableSortedDictionary<RelativePath, RelativePath> Copies { get; init; }

    /// <summary>The blobs to fetch, as indexes into the manifest's, ascending.</summary>
    internal required ImmutableArray<int> Blobs { get; init; }

    /// <summary>What they have in their packs, in bytes; the gaps between them, read where that is shorter, are not counted.</summary>
    internal required long Bytes { get; init; }

    internal static ContentPlan Of(ReleaseManifest manifest, ImmutableArray<FileToFetch> fetch, LocalSnapshot local, PlanScope scope)
    {
        var here = scope.EveryFile ? [] : ByHash(local);
        var copies = ImmutableSortedDictionary.CreateBuilder<RelativePath, RelativePath>();
        var blobs = new SortedSet<int>();
        var sameBlob = new SameBlobs(manifest);
        foreach (var file in fetch)
        {
            var content = file.File.Content!;
            if (content.Size > 0 && here.TryGetValue(content.Hash, out var source))
                copies.Add(file.Target, source);
            else
                blobs.UnionWith(content.Blobs.Select(sameBlob.First));
        }

        return new ContentPlan
        {
            Copies = copies.ToImmutable(),
            Blobs = [.. blobs],
            Bytes = blobs.Sum(index => (long)manifest.Blobs[index].StoredSize),
        };
    }

    private static Dictionary<ContentHash, RelativePath> ByHash(LocalSnapshot local)
    {
        var byHash = new Dictionary<ContentHash, RelativePath>();
        foreach (var (path, file) in local.Files)
            byHash.TryAdd(file.Hash, path);
        return byHash;
    }
}

/// <summary>A manifest may list the same bytes more than once: the first place stands for all.</summary>
internal sealed class SameBlobs
{
    private readonly ReleaseManifest _manifest;
    private readonly Dictionary<ContentHash, int> _first = [];

    internal SameBlobs(ReleaseManifest manifest)
    {
        _manifest = manifest;
        for (var index = 0; index < manifest.Blobs.Length; index++)
            _first.TryAdd(manifest.Blobs[index].Hash, index);
    }

    /// <summary>The first blob with the bytes of this one. Where two of one hash tell two sizes, each is itself: one of them is a lie.</summary>
    internal int First(int index)
    {
        var first = _first[_manifest.Blobs[index].Hash];
        return _manifest.Blobs[first].Size == _manifest.Blobs[index].Size ? first : index;
    }
}
