using System.Globalization;
using AppUpdater.Planning;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>Fetches ranges, from the next place where one fails: twice from each, because a line may garble what a server holds right.</summary>
internal sealed class RangeFetch(UpdatePlan plan, PackPlaces places, RunningRanges ranges, PackReading reading)
{
    // To read a pack from its first byte costs what lies before.
    private const long FromStartUpTo = 64 * 1024 * 1024;

    private readonly LeastPace[] _paces = [.. Enumerable.Range(0, places.Count).Select(_ => new LeastPace(reading.Options.LeastPerSecond, reading.Clock))];

    /// <summary>Fetches one range after the other, as long as there is one for this connection.</summary>
    /// <exception cref="UntrustedException">No place has the signed bytes; the message names pack, offset, release and server.</exception>
    /// <exception cref="UnreachableException">No place can be reached, and none told lies.</exception>
    /// <exception cref="MissingException">The pack is nowhere.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        for (var range = ranges.Next(null); range is not null; range = ranges.Next(range))
        {
            ct.ThrowIfCancellationRequested();
            await RunAsync(range, ct).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(RunningRange range, CancellationToken ct)
    {
        UpdateException? worst = null;
        for (var place = 0; place < places.Count; place++)
        {
            try
            {
                var left = place == 0 ? range.Given : Left(range.Keep());
                if (left.Blobs.Count > 0)
                    left = await TwiceAsync(place, place == 0 ? range : ranges.Again(left), ct).ConfigureAwait(false);
                if (left.Blobs.Count == 0)
                    return;
                throw Wrong(place, left);
            }
            catch (UpdateException failure) when (failure is UntrustedException or UnreachableException or MissingException)
            {
                worst = worst is UntrustedException ? worst : failure;
                if (place + 1 < places.Count)
                    reading.Log.LogWarning("{Place} is passed over for {Pack}: {Reason}", places[place].Location, range.Given.Pack.Path, failure.Message);
            }
        }

        throw worst!;
    }

    /// <summary>What is left of a range after two looks at one place.</summary>
    private async Task<PackRange> TwiceAsync(int place, RunningRange range, CancellationToken ct)
    {
        var left = await OnceAsync(place, range, fromStart: false, ct).ConfigureAwait(false);
        if (left.Blobs.Count == 0)
            return left;
        reading.Log.LogWarning("{Count} blobs of {Pack} came wrong from {Place}; they are fetched once more", left.Blobs.Count, left.Pack.Path, places[place].Location);
        var nothingFits = left.Blobs.Count == range.Keep().Blobs.Count;
        var fromStart = nothingFits && left.Blobs[0].Start is > 0 and <= FromStartUpTo;
        return await OnceAsync(place, ranges.Again(left), fromStart, ct).ConfigureAwait(false);
    }

    private async Task<PackRange> OnceAsync(int place, RunningRange range, bool fromStart, CancellationToken ct)
    {
        using var reader = new PackReader(places[place], range, reading, fromStart) { Pace = _paces[place] };
        await reader.RunAsync(ct).ConfigureAwait(false);
        return Left(range.Keep());
    }

    private PackRange Left(PackRange range) => range with
    {
        Blobs = [.. range.Blobs.Where(blob => reading.Lacks(blob.Blob)).Select(blob => new WantedBlob(blob.Blob, reading.Partial.Here(blob.Blob)))],
    };

    private UntrustedException Wrong(int place, PackRange range)
    {
        var blob = range.Blobs[0].Blob;
        return new UntrustedException(string.Create(
            CultureInfo.InvariantCulture,
            $"{range.Pack.Path} at {places[place].Location} has other bytes than were signed for {plan.Release.Version.App} {plan.Release.Id}: {blob.StoredSize} bytes at offset "
            + $"{blob.Offset}, fetched twice, are not the blob with SHA-256 {blob.Hash}. Nothing was changed; the publisher must publish again."));
    }
}
