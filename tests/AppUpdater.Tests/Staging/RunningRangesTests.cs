using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Staging;
using NuGet.Versioning;

namespace AppUpdater.Tests.Staging;

/// <summary>Who reads which blob, with readers that are nothing but numbers.</summary>
public class RunningRangesTests
{
    private const int Least = (int)RunningRanges.LeastGain;

    [Fact]
    public void A_cut_goes_before_the_blob_that_halves_what_is_left_by_bytes()
    {
        var (ranges, slow, fast) = TwoReaders([4 * Least, Least, Least, Least, Least]);
        slow.Reach(2 * Least);

        var taken = ranges.Next(fast);

        Assert.Equal((5L * Least, 3L * Least), (taken!.Given.Blobs[0].Start, taken.Given.Length));
        Assert.Equal(5L * Least, slow.End);
        Assert.Equal((true, false), (slow.Begin(1), slow.Begin(2)));
    }

    [Theory]
    [InlineData(Least, true)]
    [InlineData(Least - 1, false)]
    public void Neither_side_of_a_cut_is_less_than_a_request_is_worth(int size, bool isCut)
    {
        var (ranges, _, fast) = TwoReaders([Least, size]);
        Assert.Equal(isCut, ranges.Next(fast) is not null);

        (ranges, _, fast) = TwoReaders([size, Least]);
        Assert.Equal(isCut, ranges.Next(fast) is not null);
    }

    [Fact]
    public void A_single_blob_and_what_was_begun_stay()
    {
        var (ranges, slow, fast) = TwoReaders([4 * Least, 4 * Least]);
        Assert.True(slow.Begin(1));

        Assert.Null(ranges.Next(fast));
        Assert.Equal(8L * Least, slow.End);
    }

    [Fact]
    public void What_is_kept_after_the_first_look_stays()
    {
        var (ranges, slow, fast) = TwoReaders([Least, Least, Least, Least]);

        Assert.Equal(4, slow.Keep().Blobs.Count);
        Assert.Null(ranges.Next(fast));
    }

    [Fact]
    public void Of_several_the_one_that_has_most_left_is_relieved()
    {
        var ranges = new RunningRanges(Enumerable.Range(0, 3).Select(i => Range([.. Enumerable.Repeat(Least, 10)], i * 100L * Least)));
        var running = Enumerable.Range(0, 3).Select(_ => ranges.Next(null)!).ToArray();
        running[0].Reach(5 * Least);
        running[1].Reach(102 * Least);
        running[2].Reach(209 * Least);

        Assert.Equal(106L * Least, ranges.Next(running[2])!.Given.Blobs[0].Start);
    }

    /// <summary>Three ranges, of which two ever received at once: a third connection is not to be had.</summary>
    [Fact]
    public void No_more_are_on_their_way_than_ever_received_at_once()
    {
        var ranges = new RunningRanges(Enumerable.Range(0, 3).Select(i => Range([.. Enumerable.Repeat(Least, 10)], i * 100L * Least)));
        var running = Enumerable.Range(0, 3).Select(_ => ranges.Next(null)!).ToArray();
        running[0].Reach(Least);
        running[1].Reach(101 * Least);

        Assert.Null(ranges.Next(running[0]));
        Assert.NotNull(ranges.Next(running[1]));
    }

    [Fact]
    public void A_break_takes_its_connection_out_of_the_count_until_it_receives_again()
    {
        var ranges = new RunningRanges(Enumerable.Range(0, 3).Select(i => Range([.. Enumerable.Repeat(Least, 10)], i * 100L * Least)));
        var running = Enumerable.Range(0, 3).Select(_ => ranges.Next(null)!).ToArray();
        foreach (var range in running)
            range.Reach(range.Given.Blobs[0].Start + 1);
        running[0].Break();

        Assert.Null(ranges.Next(running[1]));
        Assert.NotNull(ranges.Next(running[2]));
    }

    /// <summary>Readers of all speeds that break, end early and bring wrong bytes, one event at a time in random order.</summary>
    [Fact]
    public void Whatever_the_order_of_events_every_blob_is_brought_once()
    {
        var cuts = 0;
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var (connections, blobs) = (random.Next(1, 9), Blobs(random));
            var brought = new List<WantedBlob>();
            var ranges = new RunningRanges(PackRanges.Of(Manifest, blobs, connections));
            var readers = Enumerable.Range(0, connections).Select(_ => new Reader(ranges, brought, random)).ToList();
            while (readers.Count > 0)
            {
                var reader = readers[Math.Min(random.Next(readers.Count), random.Next(readers.Count))];
                if (!reader.Step())
                    readers.Remove(reader);
                cuts += reader.Cuts;
            }

            Assert.True(blobs.SequenceEqual(brought.OrderBy(blob => blob.Start)), $"seed {seed}");
        }

        Assert.InRange(cuts, 1_000, int.MaxValue);
    }

    [Fact]
    public async Task Readers_at_the_same_time_bring_every_blob_once()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var blobs = Range([.. Enumerable.Repeat(Least, 60)], 0).Blobs;
            var brought = new List<WantedBlob>[6];
            var ranges = new RunningRanges(PackRanges.Of(Manifest, blobs, brought.Length));
            await Task.WhenAll(Enumerable.Range(0, brought.Length).Select(i => Task.Run(() =>
            {
                var reader = new Reader(ranges, brought[i] = [], new Random((seed * 10) + i));
                while (reader.Step())
                    Thread.SpinWait(i * 20);
            })));

            Assert.True(blobs.SequenceEqual(brought.SelectMany(own => own).OrderBy(blob => blob.Start)), $"seed {seed}");
        }
    }

    /// <summary>Two ranges that receive; the fast one has but one blob.</summary>
    private static (RunningRanges Ranges, RunningRange Slow, RunningRange Fast) TwoReaders(int[] sizes)
    {
        var ranges = new RunningRanges([Range(sizes, 0), Range([Least], 1_000L * Least)]);
        var (slow, fast) = (ranges.Next(null)!, ranges.Next(null)!);
        slow.Reach(0);
        fast.Reach(1_000L * Least);
        return (ranges, slow, fast);
    }

    private static PackRange Range(int[] sizes, long offset)
    {
        var blobs = new List<WantedBlob>();
        foreach (var size in sizes)
            blobs.Add(Blob(blobs.Count > 0 ? blobs[^1].End : offset, size));
        return new PackRange(Manifest.Packs[0], blobs);
    }

    private static List<WantedBlob> Blobs(Random random)
    {
        var (blobs, offset) = (new List<WantedBlob>(), 0L);
        for (var count = random.Next(1, 60); blobs.Count < count; offset = blobs[^1].End)
            blobs.Add(Blob(offset + (random.Next(4) == 0 ? random.Next(100_000) : 0), random.Next(1, random.Next(8) == 0 ? 4_000_000 : 400_000)));
        return blobs;
    }

    private static WantedBlob Blob(long offset, int size) =>
        new(new ManifestBlob(ContentHash.Of(BitConverter.GetBytes(offset)), size, 0, offset, size, BlobEncoding.Stored), 0);

    private static ReleaseManifest Manifest { get; } = new()
    {
        App = "app",
        Version = NuGetVersion.Parse("1.0.0"),
        Platform = "any",
        Packs = [new ManifestPack(RelativePath.Parse("one/content.pack"), long.MaxValue)],
        Blobs = [],
        Files = [],
    };

    /// <summary>Reads as a connection does: blob after blob of its range, then what comes next.</summary>
    private sealed class Reader(RunningRanges ranges, List<WantedBlob> brought, Random random)
    {
        private readonly int _step = random.Next(10_000, 500_000);
        private readonly List<WantedBlob> _good = [];
        private RunningRange? _range;
        private IReadOnlyList<WantedBlob>? _own;
        private int _at;
        private long _position;
        private long _end;

        /// <summary>Whether the last step found its end nearer than it was.</summary>
        internal int Cuts { get; private set; }

        internal bool Step()
        {
            Cuts = 0;
            if (_range is null)
                return Take(null);
            if (_own is not null)
                return Bring();
            var blob = _range.Given.Blobs[_at];
            Assert.True(blob.Start < _range.End, "a blob that is being read was taken");
            (Cuts, _end) = (_range.End < _end ? 1 : 0, _range.End);
            switch (random.Next(200))
            {
                case 0:
                    _range.Break();
                    return true;
                case 1:
                    return EndLook();
            }

            _position = Math.Min(_position + random.Next(1, _step), blob.End);
            _range.Reach(_position);
            if (_position < blob.End)
                return true;

            // One in twenty comes wrong, and is the owner's to fetch again.
            if (random.Next(20) > 0)
                _good.Add(blob);
            return _range.Begin(++_at) || EndLook();
        }

        /// <summary>The first look is over, be it at its end or by a failure.</summary>
        private bool EndLook()
        {
            _own = _range!.Keep().Blobs;
            Assert.All(_good, blob => Assert.Contains(blob, _own));
            return true;
        }

        /// <summary>The owner brings all the rest, a while later.</summary>
        private bool Bring()
        {
            brought.AddRange(_own!);
            _own = null;
            return Take(_range);
        }

        private bool Take(RunningRange? ended)
        {
            _range = ranges.Next(ended);
            _good.Clear();
            if (_range is null)
                return false;
            (_at, _position, _end) = (0, _range.Given.Blobs[0].Start, _range.End);
            return true;
        }
    }
}
