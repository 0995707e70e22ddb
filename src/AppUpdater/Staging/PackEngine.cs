using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Planning;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>
/// Fetches a signed release's files: what lies on disk is copied, the rest is read from packs, in ranges over several connections, and every
/// byte is verified before it is written. A few MiB for each connection are held, whatever the files' sizes.
/// </summary>
internal sealed class PackEngine : IFetchEngine
{
    private readonly IRemoteSource _source;
    private readonly InstallLayout _layout;
    private readonly IDurableFiles _files;
    private readonly StagingFolder _folder;
    private readonly StagingRoom _room;
    private readonly StagingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    internal PackEngine(
        IRemoteSource source, InstallLayout layout, IFileSystem fileSystem, IDurableFiles files, StagingOptions options, TimeProvider clock, ILogger log)
    {
        (_source, _layout, _files, _options, _clock, _log) = (source, layout, files, options, clock, log);
        _folder = new StagingFolder(fileSystem, files, layout, source.Location, clock);
        _room = new StagingRoom(fileSystem, files, _folder);
    }

    /// <summary>Where else the same release lies, in the order to ask; each is opened only where the places before it failed.</summary>
    internal IReadOnlyList<Func<IRemoteSource>> OtherPlaces { get; init; } = [];

    /// <inheritdoc/>
    public async Task<FetchedFiles> FetchAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
    {
        var before = meter.Travelled;

        // To log in takes round trips, which pass while the disk is looked at.
        if (PackRanges.Count(plan.BytesToFetch, _options.Connections) is > 1 and var ranges)
            _source.Expect(ranges);
        _room.MakeReady(plan);
        meter.Begin(UpdatePhase.Download, plan.BytesToFetch);
        return await _room.FetchAsync(plan, async finishing =>
        {
            await FetchAsync(plan, meter, finishing, ct).ConfigureAwait(false);
            return meter.Travelled - before;
        }).ConfigureAwait(false);
    }

    private async Task FetchAsync(UpdatePlan plan, ProgressMeter meter, StagingRoom.Finishing finishing, CancellationToken ct)
    {
        var blobs = new StagedBlobs(plan, _folder, _files);
        var open = await NotDoneAsync(blobs, finishing, ct).ConfigureAwait(false);
        await new LocalContent(plan, _layout, _files, blobs, _log).FindAsync(open, ct).ConfigureAwait(false);
        foreach (var file in open.Where(file => file.IsWhole))
            Finish(file, finishing, ct);

        var partial = new PartialBlobs(_folder, plan, _files, _clock);
        var wanted = blobs.Missing.Select(blob => new WantedBlob(blob, partial.Here(blob))).ToList();
        meter.Found(plan.BytesToFetch - wanted.Sum(blob => (long)blob.Blob.StoredSize));
        var reading = new PackReading(
            (blob, content) =>
            {
                foreach (var file in blobs.Deliver(blob, content.Span))
                    Finish(file, finishing, ct);
            },
            blobs.Lacks, blob => meter.Start(blobs.NameFor(blob)), partial, _options, _clock, _log);
        var places = new PackPlaces(_source, OtherPlaces);
        await using (places.ConfigureAwait(false))
        {
            var ranges = new RunningRanges(PackRanges.Of(plan.Release.Manifest!, wanted, _options.Connections));
            var fetch = new RangeFetch(plan, places, ranges, reading);
            var workers = new ParallelOptions { MaxDegreeOfParallelism = _options.Connections, CancellationToken = ct };
            await Parallel.ForEachAsync(
                Enumerable.Range(0, _options.Connections), workers,
                async (_, token) => await fetch.RunAsync(token).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    /// <summary>The files that no earlier run finished. What bears the name of a finished one with other bytes is removed.</summary>
    private async Task<IReadOnlyList<BlobFile>> NotDoneAsync(StagedBlobs blobs, StagingRoom.Finishing finishing, CancellationToken ct)
    {
        if (_folder.WasEmpty)
            return blobs.Files;
        var open = new List<BlobFile>();
        foreach (var file in blobs.Files)
        {
            if (await _room.FindDoneAsync(file.Planned, file.Done, ct).ConfigureAwait(false) is { } done && done.Hash == file.Content.Hash)
            {
                file.TakeAll();
                finishing.Add(done);
                continue;
            }

            if (_files.Stat(file.Done) is not null)
                _files.DeleteFile(file.Done);
            open.Add(file);
        }

        return open;
    }

    private void Finish(BlobFile file, StagingRoom.Finishing finishing, CancellationToken ct) =>
        finishing.Add(file.Planned, file.Part, file.Done, () => file.Verify(_files), ct);
}
