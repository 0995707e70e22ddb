using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Mirroring;

/// <summary>
/// Carries out a push's plan: leftovers of uploads and what is in the way go, then folders, files in parallel, those that come last one by one, and removals. Where a
/// file before them failed, what comes last is not sent and nothing is removed: the server stays with what fits together.
/// </summary>
internal sealed class PushTransfers(MirrorSetup setup, IRemoteTarget target, MirrorPlan plan, MirrorState state, MirrorRun run)
{
    private const int RemovedTogether = 64;

    // The disk is waited for once for so many.
    private const int NotedTogether = 256;

    /// <exception cref="UnreachableException">The server is gone.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        var isLast = plan.Details.Last.ToHashSet();
        var before = plan.Actions.TakeWhile(IsRemoval).ToList();
        var files = plan.Actions.Where(action => action.Kind is MirrorActionKind.Create or MirrorActionKind.Update).ToList();
        foreach (var chunk in plan.Details.Leftovers.Chunk(RemovedTogether))
            await DropAsync(chunk, ct).ConfigureAwait(false);
        await RemoveAsync(before, ct).ConfigureAwait(false);
        await MakeFoldersAsync([.. plan.Actions.Where(action => action.Kind == MirrorActionKind.CreateFolder)], ct).ConfigureAwait(false);
        var workers = new ParallelOptions { MaxDegreeOfParallelism = setup.Options.Connections, CancellationToken = ct };
        await Parallel.ForEachAsync(
            Noted(files.Where(action => !isLast.Contains(action.Path))), workers, async (action, token) => await SendAsync(action, token).ConfigureAwait(false)).ConfigureAwait(false);
        var isHeld = false;
        foreach (var action in Noted(files.Where(action => isLast.Contains(action.Path))))
        {
            isHeld |= run.Failed + plan.Failures.Length > 0 || plan.Unsettled > 0;
            if (isHeld)
                run.Failure(action, "It is sent once all files before it are there, and some are not.");
            else
                await SendAsync(action, ct).ConfigureAwait(false);
        }

        var after = plan.Actions.Skip(before.Count).Where(IsRemoval).ToList();
        if (isHeld)
            after.ForEach(run.Left);
        else
            await RemoveAsync(after, ct).ConfigureAwait(false);
    }

    private static bool IsRemoval(MirrorAction action) => action.Kind is MirrorActionKind.Remove or MirrorActionKind.RemoveFolder;

    private async Task MakeFoldersAsync(IReadOnlyList<MirrorAction> actions, CancellationToken ct)
    {
        try
        {
            await target.MakeFoldersAsync([.. actions.Select(action => action.Path)], ct).ConfigureAwait(false);
        }
        catch (UpdateException) when (actions.Count > 1)
        {
            // One by one: which can't be made, and whether the server is there at all.
            foreach (var action in actions)
                await MakeFoldersAsync([action], ct).ConfigureAwait(false);
            return;
        }
        catch (UpdateException e)
        {
            run.Failure(actions[0], await ServerProbe.ReasonAsync(target, actions[0].Path, e, ct).ConfigureAwait(false));
            return;
        }

        foreach (var action in actions)
            run.CreatedFolder(action.Path);
    }

    /// <summary>Each is noted as an upload that was begun before it is handed out: one at a time is asked for.</summary>
    private IEnumerable<MirrorAction> Noted(IEnumerable<MirrorAction> actions)
    {
        foreach (var chunk in actions.Chunk(NotedTogether))
        {
            run.Sends([.. chunk.Select(Begun)]);
            foreach (var action in chunk)
                yield return action;
        }
    }

    private BegunUpload Begun(MirrorAction action) => BegunUpload.Of(state.Mark, action.Path, plan.Details.Files[action.Path]);

    private async Task SendAsync(MirrorAction action, CancellationToken ct)
    {
        var (file, begun) = (plan.Details.Files[action.Path], Begun(action));
        var progress = new SentBytes(run, action.Path, setup.Options.Clock);
        run.Started(action);
        try
        {
            await target.UploadAsync(Upload(begun, file, progress), ct).ConfigureAwait(false);
            run.Brought(action, new KnownFile(file.Size, null, file.Modified?.Utc, null, IsOurs: true), begun);
        }
        catch (InstallException e)
        {
            // The file is not the planned one any more: what was sent of it has a key that no later try will have.
            run.Failure(action, e.Wording);
            await DropAsync([begun], ct).ConfigureAwait(false);
        }
        catch (UpdateException e)
        {
            run.Failure(action, await ServerProbe.ReasonAsync(target, action.Path, e, ct).ConfigureAwait(false));
        }
        finally
        {
            run.Travelled(progress.Sum);
        }
    }

    /// <summary>Removes what was sent of files that nobody sends on.</summary>
    private async Task DropAsync(BegunUpload[] uploads, CancellationToken ct)
    {
        try
        {
            await target.DeleteAsync([.. uploads.Select(upload => upload.Temporary)], ct).ConfigureAwait(false);
        }
        catch (UpdateException) when (uploads.Length > 1)
        {
            foreach (var upload in uploads)
                await DropAsync([upload], ct).ConfigureAwait(false);
            return;
        }
        catch (UpdateException e)
        {
            var file = uploads[0].Temporary;
            var reason = await ServerProbe.ReasonAsync(target, file, e, ct).ConfigureAwait(false);
            setup.Options.Logger.LogWarning("{File} stays on the server and may be removed by hand: {Reason}", file, reason);
        }

        run.Cleared(uploads);
    }

    private RemoteUpload Upload(BegunUpload begun, PlannedFile file, SentBytes progress) => new()
    {
        Path = begun.Path,
        Length = file.Size,
        Modified = file.Modified?.Utc,
        Progress = progress,
        Key = begun.Key,
        OpenAsync = (offset, _) => Task.FromResult(SteadyFile.Open(setup, begun.Path, file, offset)),
    };

    private async Task RemoveAsync(List<MirrorAction> actions, CancellationToken ct)
    {
        foreach (var kind in new[] { MirrorActionKind.Remove, MirrorActionKind.RemoveFolder })
        {
            foreach (var chunk in actions.Where(action => action.Kind == kind).Chunk(RemovedTogether))
                await RemoveTogetherAsync(chunk, ct).ConfigureAwait(false);
        }
    }

    private async Task RemoveTogetherAsync(MirrorAction[] actions, CancellationToken ct)
    {
        RelativePath[] paths = [.. actions.Select(action => action.Path)];
        try
        {
            var removed = actions[0].Kind == MirrorActionKind.Remove
                ? await target.DeleteAsync(paths, ct).ConfigureAwait(false)
                : await target.DeleteFoldersAsync(paths, ct).ConfigureAwait(false);
            for (var i = 0; i < actions.Length; i++)
                run.Removed(actions[i], removed[i]);
        }
        catch (UpdateException) when (actions.Length > 1)
        {
            foreach (var action in actions)
                await RemoveTogetherAsync([action], ct).ConfigureAwait(false);
        }
        catch (UpdateException e)
        {
            run.Failure(actions[0], await ServerProbe.ReasonAsync(target, actions[0].Path, e, ct).ConfigureAwait(false));
        }
    }

    /// <summary>Tells about ten times a second what of a file went out.</summary>
    private sealed class SentBytes(MirrorRun run, RelativePath path, TimeProvider clock) : IProgress<int>
    {
        private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
        private long _last = clock.GetTimestamp();

        internal long Sum { get; private set; }

        public void Report(int value)
        {
            Sum += value;
            if (clock.GetElapsedTime(_last) < Pace)
                return;
            _last = clock.GetTimestamp();
            run.Moved(path, Sum);
        }
    }
}
