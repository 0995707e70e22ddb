using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>
/// What the screen knows of a mirror: counters, what is on its way, and the last few that ended, however many files there are. Times are
/// those of a clock that nobody sets. Not for several threads at once.
/// </summary>
internal sealed class MirrorBoard(MirrorDirection direction, TimeSpan began)
{
    private const int TailLength = 5;

    /// <summary>So many stay in the tail though good ones follow.</summary>
    private const int FailuresKept = 2;

    private readonly Dictionary<RelativePath, Transfer> _active = [];
    private readonly Queue<(long Order, BoardResult Result)> _good = new();
    private readonly Queue<(long Order, BoardResult Result)> _bad = new();
    private RateWindow _rate = new(began);
    private BoardPhase _phase = BoardPhase.Comparing;
    private TimeSpan _phaseBegan = began;
    private long _order;
    private BoardView _sums = new(direction, BoardPhase.Comparing, TimeSpan.Zero);
    private long _doneBytes;

    /// <summary>A plan is about to be carried out.</summary>
    /// <param name="bytes">That travel.</param>
    /// <param name="files">That travel.</param>
    /// <param name="failures">That the plan knows of already.</param>
    /// <param name="at">Now.</param>
    internal void Begin(long bytes, int files, int failures, TimeSpan at)
    {
        _sums = new BoardView(direction, BoardPhase.Working, TimeSpan.Zero) { TotalBytes = bytes, TotalFiles = files, Failed = failures };
        _active.Clear();
        _doneBytes = 0;
        _rate = new RateWindow(at);
        Enter(BoardPhase.Working, at);
    }

    internal void Apply(MirrorEvent happened, TimeSpan at)
    {
        if (happened.Path is not { } path)
            return; // the top folder is done; the end of the run follows
        switch (happened.Kind)
        {
            case MirrorEventKind.Started:
                _active[path] = new Transfer(ShownText.Clean(path.Value), happened.Bytes, _order++);
                break;
            case MirrorEventKind.Progress:
                Move(path, happened.Bytes, at);
                break;
            case MirrorEventKind.FileDone:
                FinishFile(path, happened, at);
                break;
            case MirrorEventKind.FileRemoved or MirrorEventKind.FolderRemoved:
                _sums = happened.IsSuccess ? _sums with { Removed = _sums.Removed + 1 } : _sums with { Failed = _sums.Failed + 1 };
                Remember(path, happened, isRemoval: true);
                break;
            case MirrorEventKind.FolderCreated when !happened.IsSuccess:
                _sums = _sums with { Failed = _sums.Failed + 1 };
                Remember(path, happened, isRemoval: false);
                break;
        }
    }

    /// <summary>The run is over, well or not.</summary>
    internal void End(TimeSpan at)
    {
        _active.Clear();
        Enter(BoardPhase.Waiting, at);
    }

    internal BoardView Look(TimeSpan at) => _sums with
    {
        Phase = _phase,
        Elapsed = at - _phaseBegan,
        DoneBytes = Math.Min(_sums.TotalBytes, _doneBytes + _active.Values.Sum(transfer => transfer.Bytes)),
        Rate = _phase == BoardPhase.Working ? _rate.PerSecond(at) : null,
        Active = [.. _active.Values.OrderBy(transfer => transfer.Order).Select(transfer => new BoardTransfer(transfer.Name, transfer.Bytes, transfer.Size))],
        Tail = [.. _good.Skip(Math.Max(0, _good.Count + _bad.Count - TailLength)).Concat(_bad).OrderBy(one => one.Order).Select(one => one.Result)],
    };

    private void Enter(BoardPhase phase, TimeSpan at) => (_phase, _phaseBegan) = (phase, at);

    private void Move(RelativePath path, long bytes, TimeSpan at)
    {
        if (!_active.TryGetValue(path, out var transfer))
            return;
        var now = Math.Clamp(bytes, transfer.Bytes, transfer.Size);

        // A pull begins with what an earlier run left on disk, which did not travel now.
        if (transfer.IsMoving || direction == MirrorDirection.Push)
            _rate.Add(now - transfer.Bytes, at);
        (transfer.Bytes, transfer.IsMoving) = (now, true);
    }

    private void FinishFile(RelativePath path, MirrorEvent happened, TimeSpan at)
    {
        if (_active.Remove(path, out var transfer) && happened.IsSuccess)
        {
            // What came since the last report; of an upload that went on at its middle, the rest was there before.
            var rest = transfer.Size - transfer.Bytes;
            _rate.Add(transfer.IsMoving ? Math.Min(rest, transfer.Bytes) : rest, at);
        }

        if (happened.IsSuccess)
            (_doneBytes, _sums) = (_doneBytes + happened.Bytes, _sums with { DoneFiles = _sums.DoneFiles + 1 });
        else
            _sums = _sums with { Failed = _sums.Failed + 1, LostBytes = _sums.LostBytes + happened.Bytes };
        Remember(path, happened, isRemoval: false);
    }

    private void Remember(RelativePath path, MirrorEvent happened, bool isRemoval)
    {
        var reason = happened.IsSuccess ? null : ShownText.Clean(Reasons.Of(happened.Wording ?? ""));
        var (queue, most) = happened.IsSuccess ? (_good, TailLength) : (_bad, FailuresKept);
        queue.Enqueue((_order++, new BoardResult(ShownText.Clean(path.Value), happened.Bytes, isRemoval, reason)));
        if (queue.Count > most)
            queue.Dequeue();
    }

    private sealed class Transfer(string name, long size, long order)
    {
        internal string Name => name;

        internal long Size => size;

        internal long Order => order;

        internal long Bytes { get; set; }

        internal bool IsMoving { get; set; }
    }
}
