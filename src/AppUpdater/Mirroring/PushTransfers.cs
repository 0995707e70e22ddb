using System.Globalization;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Mirroring;

/// <summary>
/// Carries out a push's plan: what is in the way goes, then folders, files in parallel, those that come last one by one, and removals. Where a
/// file before them failed, what comes last is not sent and nothing is removed: the server stays with what fits together.
/// </summary>
internal sealed class PushTransfers(MirrorSetup setup, IRemoteTarget target, MirrorPlan plan, MirrorRun run)
{
    private const int RemovedTogether = 64;

    /// <exception cref="UnreachableException">The server is gone.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        var isLast = plan.Details.Last.ToHashSet();
        var before = plan.Actions.TakeWhile(IsRemoval).ToList();
        var files = plan.Actions.Where(action => action.Kind is MirrorActionKind.Create or MirrorActionKind.Update).ToList();
        await RemoveAsync(before, ct).ConfigureAwait(false);
        await MakeFoldersAsync([.. plan.Actions.Where(action => action.Kind == MirrorActionKind.CreateFolder)], ct).ConfigureAwait(false);
        var workers = new ParallelOptions { MaxDegreeOfParallelism = setup.Options.Connections, CancellationToken = ct };
        await Parallel.ForEachAsync(
            files.Where(action => !isLast.Contains(action.Path)), workers, async (action, token) => await SendAsync(action, token).ConfigureAwait(false)).ConfigureAwait(false);
        var isHeld = false;
        foreach (var action in files.Where(action => isLast.Contains(action.Path)))
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

    private async Task SendAsync(MirrorAction action, CancellationToken ct)
    {
        var file = plan.Details.Files[action.Path];
        var progress = new SentBytes(run, action.Path, setup.Options.Clock);
        var upload = Upload(action, file, progress);
        run.Started(action);
        try
        {
            await target.UploadAsync(upload, ct).ConfigureAwait(false);
            run.Brought(action, new KnownFile(file.Size, null, file.Modified?.Utc, null, IsOurs: true));
        }
        catch (InstallException e)
        {
            await DropAsync(upload, ct).ConfigureAwait(false);
            run.Failure(action, e.Message);
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

    /// <summary>The file is not the planned one any more: what was sent of it has a key that no later try will have, and would lie there for ever.</summary>
    private async Task DropAsync(RemoteUpload upload, CancellationToken ct)
    {
        try
        {
            await target.DeleteAsync([upload.TemporaryPath], ct).ConfigureAwait(false);
        }
        catch (UpdateException e)
        {
            setup.Options.Logger.LogWarning("{File} stays on the server and may be removed by hand: {Reason}", upload.TemporaryPath, e.Message);
        }
    }

    private RemoteUpload Upload(MirrorAction action, PlannedFile file, SentBytes progress) => new()
    {
        Path = action.Path,
        Length = file.Size,
        Modified = file.Modified?.Utc,
        Progress = progress,
        Key = ContentHash.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{action.Path}\n{file.Size}\n{file.Modified?.Utc.UtcTicks}"))).Hex[..16],
        OpenAsync = (offset, _) => Task.FromResult(SteadyFile.Open(setup, action.Path, file, offset)),
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
