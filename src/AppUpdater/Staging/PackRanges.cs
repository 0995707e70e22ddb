using AppUpdater.Releases;

namespace AppUpdater.Staging;

/// <summary>A blob to fetch, and how many of its stored bytes lie here already.</summary>
internal sealed record WantedBlob(ManifestBlob Blob, int Here)
{
    /// <summary>The first byte of the pack that is missing.</summary>
    internal long Start => Blob.Offset + Here;

    internal long End => Blob.Offset + Blob.StoredSize;
}

/// <summary>A run of a pack, read in one go: its blobs by their place. Gaps between them are read and dropped.</summary>
internal sealed record PackRange(ManifestPack Pack, IReadOnlyList<WantedBlob> Blobs)
{
    /// <summary>From the first missing byte to the last, in bytes.</summary>
    internal long Length => Blobs[^1].End - Blobs[0].Start;
}

/// <summary>Which ranges of which packs are read: as few as sensible, and yet enough for every connection to have work. Pure.</summary>
internal static class PackRanges
{
    /// <summary>Bytes that are rather read and dropped than asked around: a request costs about as long as they take.</summary>
    internal const long MaxGap = 64 * 1024;

    // Below the least, a request costs more than it spreads. The largest bounds what is read again where a server ignores the offset.
    private const long LeastPiece = 512 * 1024;
    private const long LargestPiece = 64 * 1024 * 1024;

    /// <param name="manifest">Where the packs are.</param>
    /// <param name="wanted">Each blob once.</param>
    /// <param name="connections">Ranges in transfer at once, 1 and more.</param>
    /// <returns>The ranges, the longest first.</returns>
    internal static IReadOnlyList<PackRange> Of(ReleaseManifest manifest, IReadOnlyCollection<WantedBlob> wanted, int connections)
    {
        var total = wanted.Sum(blob => blob.End - blob.Start);
        var piece = Math.Clamp(total / connections, LeastPiece, LargestPiece);
        var ranges = wanted.GroupBy(blob => blob.Blob.Pack)
            .SelectMany(pack => Runs(pack.OrderBy(blob => blob.Start)).SelectMany(run => Cut(run, piece)).Select(blobs => new PackRange(manifest.Packs[pack.Key], blobs)));
        return [.. ranges.OrderByDescending(range => range.Length)];
    }

    /// <summary>About how many ranges so many bytes are read in, where all lie in one run.</summary>
    internal static int Count(long bytes, int connections) => (int)Math.Clamp(bytes / LeastPiece, 1, connections);

    private static IEnumerable<List<WantedBlob>> Runs(IEnumerable<WantedBlob> pack)
    {
        var run = new List<WantedBlob>();
        foreach (var blob in pack)
        {
            if (run.Count > 0 && blob.Start - run[^1].End is < 0 or > MaxGap)
            {
                yield return run;
                run = [];
            }

            run.Add(blob);
        }

        if (run.Count > 0)
            yield return run;
    }

    /// <summary>
    /// Into equal pieces, as nearly as blobs allow: every connection gets one and all end together. What was left over would begin only once a
    /// connection is free, and what ends early leaves the line to others that are slow to fill it.
    /// </summary>
    private static IEnumerable<IReadOnlyList<WantedBlob>> Cut(List<WantedBlob> run, long piece)
    {
        var (start, length) = (run[0].Start, run[^1].End - run[0].Start);
        var pieces = Math.Max(1, (long)Math.Round((double)length / piece));

        // By the middle of each blob, so that a cut goes where it is nearest.
        return run.GroupBy(blob => (Int128)(((blob.Start + blob.End) / 2) - start) * pieces / Math.Max(1, length)).Select(blobs => blobs.ToList());
    }
}
