using AppUpdater.Core.Disk;
using AppUpdater.Releases;
using AppUpdater.Staging;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>Carries out a pull's plan: folders, then files in parallel, then removals. A failure of one file is the file's own.</summary>
internal sealed class PullTransfers : IDisposable
{
    // While as many files travel as may, so many more are put in their places.
    private const int Placing = 4;

    private readonly MirrorSetup _setup;
    private readonly IRemoteSource _source;
    private readonly MirrorPlan _plan;
    private readonly MirrorRun _run;
    private readonly MirrorState _state;
    private readonly PullParts _parts;
    private readonly PullPlacing _placing;
    private readonly LocalRoom _room;
    private readonly FileDownload _download;
    private readonly SemaphoreSlim _slots;

    internal PullTransfers(MirrorSetup setup, IRemoteSource source, MirrorPlan plan, MirrorRun run, MirrorState state)
    {
        (_setup, _source, _plan, _run, _state) = (setup, source, plan, run, state);
        var options = setup.Options;
        _parts = new PullParts(setup);
        _placing = new PullPlacing(setup, run);
        _room = new LocalRoom(options, setup.Place.Root);
        var patience = new StagingOptions { Connections = options.Connections, Retries = options.Retries, RetryDelay = options.RetryDelay };
        _download = new FileDownload(source, setup.Files, patience, options.Clock, options.Logger);
        _slots = new SemaphoreSlim(options.Connections);
    }

    /// <exception cref="UnreachableException">The server is gone.</exception>
    /// <exception cref="InstallException">No more room.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        _parts.MakeReady(_plan.Details);
        await _placing.BeginAsync(_plan, ct).ConfigureAwait(false);
        foreach (var action in _plan.Actions.Where(action => action.Kind == MirrorActionKind.CreateFolder))
            _placing.MakeFolder(action);
        var files = _plan.Actions.Where(action => action.Kind is MirrorActionKind.Create or MirrorActionKind.Update);
        var workers = new ParallelOptions { MaxDegreeOfParallelism = _setup.Options.Connections + Placing, CancellationToken = ct };
        try
        {
            await Parallel.ForEachAsync(files, workers, async (action, token) => await BringAsync(action, token).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            _placing.Flush();
        }

        foreach (var action in _plan.Actions.Where(action => action.Kind is MirrorActionKind.Remove or MirrorActionKind.RemoveFolder))
        {
            ct.ThrowIfCancellationRequested();
            _placing.Remove(action, _state.Files.GetValueOrDefault(action.Path));
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        _placing.Dispose();
    }

    private async Task BringAsync(MirrorAction action, CancellationToken ct)
    {
        if (_placing.Obstacle(action.Path) is { } obstacle)
        {
            _run.Failure(action, obstacle);
            return;
        }

        try
        {
            var file = _plan.Details.Files[action.Path];
            var part = _parts.Of(action.Path, file);
            var hash = await FetchAsync(action, file, part, ct).ConfigureAwait(false);
            await _placing.PlaceAsync(action, new KnownFile(file.Size, file.Modified, null, hash, IsOurs: true), part, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ReleaseChangedException or RemoteChangedException)
        {
            _run.Failure(action, $"{Wording.Of(e)} The next run fetches it anew.");
        }
        catch (UpdateException e) when (!_room.IsUsedUp && !IsFull(e))
        {
            _run.Failure(action, await ServerProbe.ReasonAsync(_source, action.Path, e, ct).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _run.Failure(action, $"It can't be written here: {Wording.Of(e)}");
        }
    }

    private async Task<Core.Hashing.ContentHash> FetchAsync(MirrorAction action, PlannedFile file, string part, CancellationToken ct)
    {
        await _slots.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var room = file.Size - (_setup.Files.Stat(part) is { Kind: FileKind.File, Length: var there } && there <= file.Size ? there : 0);
            _room.Take(action.Path, room);
            _run.Started(action);
            if (room < file.Size)
                _run.Moved(action.Path, file.Size - room); // else what lies here would look as if it had come in no time
            var meter = new ProgressMeter(new FileReports(_run, action.Path), _setup.Options.Clock);
            try
            {
                var planned = new ReleaseFile(action.Path, action.Path, file.Size, file.Modified);
                return await _download.FetchAsync(planned, part, meter.Start(action.Path.Value), ct).ConfigureAwait(false);
            }
            finally
            {
                _room.Release(room);
                _run.Travelled(meter.Travelled);
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    private static bool IsFull(UpdateException e) => e is InstallException { InnerException: IOException inner } && DiskError.IsDiskFull(inner);

    private sealed class FileReports(MirrorRun run, RelativePath path) : IProgress<UpdateProgress>
    {
        public void Report(UpdateProgress value) => run.Moved(path, value.Bytes);
    }
}
