namespace AppUpdater.Mirroring;

/// <summary>
/// One execution of a plan: tells what happens, one thing at a time, remembers what was done as it is done, and counts. Safe for concurrent
/// use. What the host's handler throws reaches the transfer that reported.
/// </summary>
internal sealed class MirrorRun
{
    private readonly Lock _gate = new();
    private readonly MirrorPlan _plan;
    private readonly MirrorState _state;
    private readonly MirrorStateFile _file;
    private readonly IProgress<MirrorEvent>? _progress;
    private readonly TimeProvider _clock;
    private readonly FolderProgress _folders;
    private readonly long _start;
    private readonly List<MirrorFailure> _failures;
    private int _transferred;
    private int _removed;
    private int _duplicates;
    private long _bytes;

    internal MirrorRun(MirrorPlan plan, MirrorState state, MirrorStateFile file, IProgress<MirrorEvent>? progress, TimeProvider clock)
    {
        (_plan, _state, _file, _progress, _clock) = (plan, state, file, progress, clock);
        _folders = new FolderProgress(plan);
        _start = clock.GetTimestamp();
        _failures = [.. plan.Failures];
    }

    /// <summary>Failures of what was tried; those of the plan are not among them.</summary>
    internal int Failed
    {
        get
        {
            lock (_gate)
                return _failures.Count - _plan.Failures.Length;
        }
    }

    internal void Started(MirrorAction action) => Tell(MirrorEventKind.Started, action.Path, action.Bytes);

    internal void Moved(RelativePath path, long bytes) => Tell(MirrorEventKind.Progress, path, bytes);

    internal void Travelled(long bytes)
    {
        lock (_gate)
            _bytes += bytes;
    }

    /// <summary>Noted before they begin, so that even a run that is killed knows what it may have left on the server.</summary>
    internal void Sends(IReadOnlyList<BegunUpload> uploads)
    {
        lock (_gate)
        {
            _state.Sending.UnionWith(uploads);
            _file.Append(isDurable: true, uploads.Select(upload => StoredLine.Of(upload)).Prepend(StoredLine.OfMark(_state.Mark)));
        }
    }

    /// <summary>Nothing of them is on the server, or nothing more can be done about it.</summary>
    internal void Cleared(IReadOnlyList<BegunUpload> uploads)
    {
        lock (_gate)
        {
            _state.Sending.ExceptWith(uploads);
            _file.Append(isDurable: false, uploads.Select(upload => StoredLine.Of(upload, isOver: true)));
        }
    }

    /// <param name="action">That it was.</param>
    /// <param name="file">As it is known from now on.</param>
    /// <param name="upload">Push: what it was sent as.</param>
    internal void Brought(MirrorAction action, KnownFile file, BegunUpload? upload = null)
    {
        lock (_gate)
        {
            _state.Files[action.Path] = file;
            _file.Append(isDurable: false, StoredLine.Of(action.Path, file));
            if (upload is { } sent)
                Cleared([sent]);
            _transferred++;
            Report(MirrorEventKind.FileDone, action.Path, action.Bytes, null);
            Finish(action.Path, isSuccess: true);
        }
    }

    internal void FoundTwin(MirrorAction action, RelativePath twin)
    {
        lock (_gate)
        {
            _duplicates++;
            Report(MirrorEventKind.Duplicate, action.Path, action.Bytes, null, $"It has the bytes of {twin}.");
        }
    }

    internal void CreatedFolder(RelativePath path)
    {
        lock (_gate)
        {
            _state.Folders[path] = true;
            _file.Append(isDurable: false, StoredLine.OfFolder(path, isOurs: true));
            Report(MirrorEventKind.FolderCreated, path, 0, null);
            Finish(path, isSuccess: true);
        }
    }

    /// <summary>Gone from the destination; <paramref name="wasThere"/> false: somebody else had removed it.</summary>
    internal void Removed(MirrorAction action, bool wasThere)
    {
        lock (_gate)
        {
            Forget(action);
            if (wasThere)
            {
                _removed++;
                Report(action.Kind == MirrorActionKind.Remove ? MirrorEventKind.FileRemoved : MirrorEventKind.FolderRemoved, action.Path, action.Bytes, null);
            }

            Finish(action.Path, isSuccess: true);
        }
    }

    /// <summary>Left where it is, without a failure: a folder that holds something else.</summary>
    internal void Left(MirrorAction action)
    {
        lock (_gate)
            Finish(action.Path, isSuccess: true);
    }

    internal void Failure(MirrorAction action, Wording reason)
    {
        lock (_gate)
        {
            _failures.Add(new MirrorFailure(action.Path, reason));
            Report(DoneKind(action.Kind), action.Path, action.Bytes, reason);
            Finish(action.Path, isSuccess: false);
        }
    }

    internal MirrorReport Finish() => new()
    {
        Transferred = _transferred,
        Removed = _removed,
        Unchanged = _plan.Unchanged,
        Skipped = _plan.Skipped,
        Duplicates = _duplicates,
        Bytes = _bytes,
        Elapsed = _clock.GetElapsedTime(_start),
        Failures = [.. _failures],
        HeldBack = _plan.HeldBack,
        Left = _plan.Left,
    };

    private void Forget(MirrorAction action)
    {
        var isFolder = action.Kind == MirrorActionKind.RemoveFolder;
        if (isFolder)
            _state.Folders.Remove(action.Path);
        else
            _state.Files.Remove(action.Path);
        _file.Append(isDurable: false, StoredLine.Gone(action.Path, isFolder));
    }

    private void Finish(RelativePath path, bool isSuccess)
    {
        foreach (var (folder, failed) in _folders.Done(path, isSuccess))
            Report(MirrorEventKind.FolderDone, folder, 0, failed == 0 ? null : (Wording)$"{failed} things in it failed.");
    }

    private void Tell(MirrorEventKind kind, RelativePath path, long bytes)
    {
        lock (_gate)
            Report(kind, path, bytes, null);
    }

    private void Report(MirrorEventKind kind, RelativePath? path, long bytes, Wording? failure, Wording? note = null)
    {
        var reason = failure ?? note;
        _progress?.Report(new MirrorEvent(kind, path, _clock.GetUtcNow(), bytes, failure is null, reason?.ToString()) { Wording = reason });
    }

    private static MirrorEventKind DoneKind(MirrorActionKind kind) => kind switch
    {
        MirrorActionKind.CreateFolder => MirrorEventKind.FolderCreated,
        MirrorActionKind.Remove => MirrorEventKind.FileRemoved,
        MirrorActionKind.RemoveFolder => MirrorEventKind.FolderRemoved,
        _ => MirrorEventKind.FileDone,
    };
}
