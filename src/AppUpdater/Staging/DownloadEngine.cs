using System.Collections.Concurrent;
using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>
/// Fetches a plan's files in parallel into the staging folder: biggest first, resumed, hashed while written, flushed before they count.
/// Nothing live is touched.
/// </summary>
internal sealed class DownloadEngine
{
    // Flushes that wait together share the file system's next commit.
    private const int FlushesAtOnce = 8;

    // Below this, making the file twice costs more than it secures: the look at the free space covers the small ones.
    private const long ReservedFrom = 1024 * 1024;

    private readonly IFileSystem _fileSystem;
    private readonly IDurableFiles _files;
    private readonly StagingFolder _folder;
    private readonly StagingOptions _options;
    private readonly FileDownload _download;

    internal DownloadEngine(
        IRemoteSource source, InstallLayout layout, IFileSystem fileSystem, IDurableFiles files, StagingOptions options, TimeProvider clock, ILogger log)
    {
        (_fileSystem, _files, _options) = (fileSystem, files, options);
        _folder = new StagingFolder(fileSystem, files, layout, source.Location, clock);
        _download = new FileDownload(source, files, options, clock, log);
    }

    /// <exception cref="ReleaseChangedException">The server's files are not the planned ones any more; what was fetched is kept.</exception>
    /// <exception cref="InstallException">No space, or the disk failed. Parts are kept where they can be trusted.</exception>
    internal async Task<StagedFiles> FetchAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
    {
        var before = meter.Travelled;
        MakeReady(plan);
        meter.Begin(UpdatePhase.Download, plan.BytesToFetch);
        var finishing = new ConcurrentQueue<Task<StagedFile>>();
        using var flushes = new SemaphoreSlim(FlushesAtOnce);
        try
        {
            var workers = new ParallelOptions { MaxDegreeOfParallelism = _options.Connections, CancellationToken = ct };
            await Parallel.ForEachAsync(plan.Steps.Fetch.OrderByDescending(file => file.File.Size), workers, async (file, token) =>
                finishing.Enqueue(await FetchAsync(plan, file, meter, flushes, token).ConfigureAwait(false))).ConfigureAwait(false);
        }
        finally
        {
            await ((Task)Task.WhenAll(finishing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var staged = await Task.WhenAll(finishing).ConfigureAwait(false);
        _files.FlushDirectory(_folder.PathFor(plan));
        return new StagedFiles(plan, [.. staged.OrderBy(file => file.Planned.Target)], meter.Travelled - before);
    }

    private void MakeReady(UpdatePlan plan)
    {
        try
        {
            _folder.Open(plan);
            DiskSpace.Check(_fileSystem, plan, _folder.BytesHere(plan));
            foreach (var file in plan.Steps.Fetch.Where(file => file.File.Size >= ReservedFrom))
            {
                if (_files.Stat(_folder.DoneOf(plan, file.File)) is null && _folder.PartOf(plan, file.File) is var part && _files.Stat(part) is null)
                    PartFile.Reserve(part, file.File.Size);
            }
        }
        catch (IOException failure)
        {
            throw DiskSpace.Explain(failure, _folder.PathFor(plan));
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new InstallException($"\"{_folder.PathFor(plan)}\" can't be written: {failure.Message} Check the permissions of the install.", failure);
        }
    }

    /// <summary>The inner task is the flush, which goes on while this worker's connection takes the next file.</summary>
    private async ValueTask<Task<StagedFile>> FetchAsync(
        UpdatePlan plan, FileToFetch file, ProgressMeter meter, SemaphoreSlim flushes, CancellationToken ct)
    {
        var progress = meter.Start(file.Target.Value);
        var done = _folder.DoneOf(plan, file.File);
        if (_files.Stat(done) is { Kind: FileKind.File } facts && facts.Length == file.File.Size)
        {
            progress.Found(facts.Length);
            progress.End();
            return Task.FromResult(new StagedFile(file, done, await HashAsync(done, ct).ConfigureAwait(false), facts.Modified));
        }

        var part = _folder.PartOf(plan, file.File);
        var hash = await _download.FetchAsync(file.File, part, progress, ct).ConfigureAwait(false);
        progress.End();
        return FinishAsync(file, part, done, hash, flushes, ct);
    }

    private async Task<StagedFile> FinishAsync(
        FileToFetch file, string part, string done, ContentHash hash, SemaphoreSlim flushes, CancellationToken ct)
    {
        await flushes.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            // On a thread of its own: a flush blocks, and the pool's few threads are for the transfers.
            return await Task.Factory.StartNew(
                () => Finish(file, part, done, hash), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            flushes.Release();
        }
    }

    /// <summary>
    /// A name that ends in .done is given only to bytes that are on the disk. The time is the server's, where it knows it to the minute and
    /// FAT can hold it.
    /// </summary>
    private StagedFile Finish(FileToFetch file, string part, string done, ContentHash hash)
    {
        try
        {
            if (file.File.Modified is { } modified && modified.Precision <= TimeSpan.FromMinutes(1) && modified.Utc.Year is >= 1980 and <= 2107)
                _files.SetFacts(part, mode: null, modified.Utc);
            _files.FlushFile(part);
            _files.Rename(part, done);
            return new StagedFile(file, done, hash, _files.Stat(done)!.Modified);
        }
        catch (IOException failure)
        {
            // After a failed flush the system may have dropped the pages and call the next flush a success: only new bytes will do.
            if (_files.Stat(part) is not null)
                _files.DeleteFile(part);
            throw DiskSpace.Explain(failure, part);
        }
    }

    private async Task<ContentHash> HashAsync(string path, CancellationToken ct)
    {
        var stream = _files.OpenRead(path);
        await using (stream.ConfigureAwait(false))
            return await ContentHash.OfAsync(stream, ct).ConfigureAwait(false);
    }
}
