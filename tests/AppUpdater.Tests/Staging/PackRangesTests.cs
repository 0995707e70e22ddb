using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Staging;
using NuGet.Versioning;

namespace AppUpdater.Tests.Staging;

public class PackRangesTests
{
    private const int Gap = (int)PackRanges.MaxGap;

    [Fact]
    public void Blobs_side_by_side_and_over_small_gaps_are_one_range()
    {
        var ranges = PackRanges.Of(Manifest, [Blob(0, 100), Blob(100, 50), Blob(150 + Gap, 10), Blob(161 + Gap + Gap, 10)], connections: 8);

        Assert.Equal([(0L, 160L + Gap), (161L + Gap + Gap, 10L)], ranges.Select(range => (range.Blobs[0].Start, range.Length)));
    }

    [Fact]
    public void Each_pack_has_ranges_of_its_own()
    {
        var ranges = PackRanges.Of(Manifest, [Blob(0, 100), Blob(100, 50, pack: 1)], connections: 8);

        Assert.Equal([0, 1], ranges.Select(range => range.Blobs[0].Blob.Pack).Order());
    }

    [Fact]
    public void Long_work_is_split_so_that_every_connection_has_some_the_longest_first()
    {
        const int Count = 100;
        var ranges = PackRanges.Of(Manifest, [.. Enumerable.Range(0, Count).Select(i => Blob(i * 1_000_000L, 1_000_000))], connections: 8);

        Assert.InRange(ranges.Count, 8, 24);
        Assert.Equal(Count, ranges.Sum(range => range.Blobs.Count));
        Assert.Equal(ranges.OrderByDescending(range => range.Length).Select(range => range.Length), ranges.Select(range => range.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_connection_has_one_range_and_all_are_about_as_long(int connections)
    {
        var (blobs, offset) = (new List<WantedBlob>(), 0L);
        for (var i = 0; i < 300; i++)
        {
            blobs.Add(Blob(offset, 1_000 + (i * 7919 % 300_000)));
            offset = blobs[^1].End;
        }

        var ranges = PackRanges.Of(Manifest, blobs, connections);

        Assert.Equal(connections, ranges.Count);
        Assert.Equal(blobs, ranges.OrderBy(range => range.Blobs[0].Start).SelectMany(range => range.Blobs));
        Assert.All(ranges, range => Assert.InRange(range.Length, (offset / connections) - 300_000, (offset / connections) + 300_000));
    }

    [Fact]
    public void A_blob_that_lies_here_in_part_is_read_from_the_byte_that_is_missing()
    {
        var ranges = PackRanges.Of(Manifest, [new WantedBlob(Blob(1_000, 400_000).Blob, 300_000), Blob(0, 1_000)], connections: 1);

        Assert.Equal([301_000L, 0], ranges.Select(range => range.Blobs[0].Start));
        Assert.Equal([100_000L, 1_000], ranges.Select(range => range.Length));
    }

    [Fact]
    public void Nothing_wanted_is_no_range() => Assert.Empty(PackRanges.Of(Manifest, [], connections: 8));

    private static ReleaseManifest Manifest { get; } = new()
    {
        App = "app",
        Version = NuGetVersion.Parse("1.0.0"),
        Platform = "any",
        Packs = [new ManifestPack(RelativePath.Parse("one/content.pack"), long.MaxValue), new ManifestPack(RelativePath.Parse("two/content.pack"), long.MaxValue)],
        Blobs = [],
        Files = [],
    };

    private static WantedBlob Blob(long offset, int size, int pack = 0) =>
        new(new ManifestBlob(ContentHash.Of(BitConverter.GetBytes(offset)), size, pack, offset, size, BlobEncoding.Stored), 0);
}
