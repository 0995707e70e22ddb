using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Planning;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>
/// Fetches a plain tree's files in parallel into the staging folder: biggest first, resumed, hashed while written, flushed before they count.
/// </summary>
internal sealed class DownloadEngine : IFetchEngine
{
    private readonly StagingFolder _folder;
    private readonly StagingRoom _room;
    private readonly StagingOptions _options;
    private readonly FileDownload _download;

    internal DownloadEngine(
        IRemoteSource source, InstallLayout layout, IFileSystem fileSystem, IDurableFiles files, StagingOptions options, TimeProvider clock, ILogger log)
    {
        _options = options;
        _folder = new StagingFolder(fileSystem, files, layout, source.Location, clock);
        _room = new StagingRoom(fileSystem, files, _folder);
        _download = new FileDownload(source, files, options, clock, log);
    }

    /// <inheritdoc/>
    public async Task<FetchedFiles> FetchAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
    {
        var before = meter.Travelled;
        _room.MakeReady(plan);
        meter.Begin(UpdatePhase.Download, plan.BytesToFetch);
        return await _room.FetchAsync(plan, async finishing =>
        {
            var workers = new ParallelOptions { MaxDegreeOfParallelism = _options.Connections, CancellationToken = ct };
            await Parallel.ForEachAsync(plan.Steps.Fetch.OrderByDescending(file => file.File.Size), workers, async (file, token) =>
                await FetchAsync(plan, file, meter, finishing, token).ConfigureAwait(false)).ConfigureAwait(false);
            return meter.Travelled - before;
        }).ConfigureAwait(false);
    }

    /// <summary>The flush goes on while this worker's connection takes the next file.</summary>
    private async ValueTask FetchAsync(UpdatePlan plan, FileToFetch file, ProgressMeter meter, StagingRoom.Finishing finishing, CancellationToken ct)
    {
        var progress = meter.Start(file.Target.Value);
        var done = _folder.DoneOf(plan, file.File);
        if (await _room.FindDoneAsync(file, done, ct).ConfigureAwait(false) is { } found)
        {
            progress.Found(file.File.Size);
            progress.End();
            finishing.Add(found);
            return;
        }

        var part = _folder.PartOf(plan, file.File);
        var hash = await _download.FetchAsync(file.File, part, progress, ct).ConfigureAwait(false);
        progress.End();
        finishing.Add(file, part, done, () => hash, ct);
    }
}
