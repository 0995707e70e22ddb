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

    // A connection that is done early finds another piece. Below the least, a request costs more than it spreads.
    private const int PiecesPerConnection = 1;
    private const long LeastPiece = 512 * 1024;
    private const long LargestPiece = 64 * 1024 * 1024;

    /// <param name="manifest">Where the packs are.</param>
    /// <param name="wanted">Each blob once.</param>
    /// <param name="connections">Ranges in transfer at once, 1 and more.</param>
    /// <returns>The ranges, the longest first.</returns>
    internal static IReadOnlyList<PackRange> Of(ReleaseManifest manifest, IReadOnlyCollection<WantedBlob> wanted, int connections)
    {
        var total = wanted.Sum(blob => blob.End - blob.Start);
        var piece = Math.Clamp(total / (connections * PiecesPerConnection), LeastPiece, LargestPiece);
        var ranges = new List<PackRange>();
        foreach (var pack in wanted.GroupBy(blob => blob.Blob.Pack))
        {
            var run = new List<WantedBlob>();
            foreach (var blob in pack.OrderBy(blob => blob.Start))
            {
                if (run.Count > 0 && (blob.Start - run[^1].End is < 0 or > MaxGap || blob.End - run[0].Start > piece))
                    Finish(run);
                run.Add(blob);
            }

            Finish(run);

            void Finish(List<WantedBlob> done)
            {
                ranges.Add(new PackRange(manifest.Packs[pack.Key], [.. done]));
                done.Clear();
            }
        }

        return [.. ranges.OrderByDescending(range => range.Length)];
    }

    /// <summary>About how many ranges so many bytes are read in, where all lie in one run.</summary>
    internal static int Count(long bytes, int connections) => (int)Math.Clamp(bytes / LeastPiece, 1, connections);
}
