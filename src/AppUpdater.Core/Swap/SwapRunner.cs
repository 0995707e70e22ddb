using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// Carries a swap out, back and to its end. Synchronous: once begun it is never cancelled, only cut off. The caller holds lock and running.
/// <paramref name="wait"/> is what passes between two tries at a file in use; the thread sleeps where none is given.
/// </summary>
internal sealed class SwapRunner(IDurableFiles files, InstallLayout layout, TimeProvider clock, Action<TimeSpan>? wait = null)
{
    private readonly LiveFiles _live = new(files, layout.Root, clock, wait ?? Thread.Sleep);

    /// <summary>
    /// prepared → committed; stays prepared where a check fails, undone where an operation can't be finished or what was staged is gone.
    /// </summary>
    internal SwapReport Apply(FoundSwap swap)
    {
        Expect(swap, SwapState.Prepared);
        return Report(swap, folder =>
        {
            var verification = new SwapVerification(files, _live, folder, new LinkGuard(files, layout.Root));
            var pending = folder.Read(SwapState.Prepared);
            if (verification.Lost(pending) is { } lost)
            {
                // It can never be carried out: dropped, it can be staged again. Nothing live has changed.
                Move(folder, SwapState.Prepared, SwapState.Undone);
                return new SwapReport(SwapState.Undone, lost, []);
            }

            var journal = verification.Run(pending);
            Move(folder, SwapState.Prepared, SwapState.Applying);
            return GoForward(folder, journal);
        });
    }

    /// <summary>Takes up what was cut off: applying goes forward, undoing goes on; the other states are left as they are.</summary>
    internal SwapReport Recover(FoundSwap swap) => Report(swap, folder => swap.State switch
    {
        SwapState.Applying => GoForward(folder, TakeUp(folder, SwapState.Applying)),
        SwapState.Undoing => GoBack(folder, TakeUp(folder, SwapState.Undoing), reason: null),
        _ => new SwapReport(swap.State, Reason: null, []),
    });

    /// <summary>committed → undone; stays committed, and so whole, where old bytes are gone without which it could only end halfway.</summary>
    internal SwapReport Undo(FoundSwap swap)
    {
        Expect(swap, SwapState.Committed);
        return Report(swap, folder =>
        {
            var journal = folder.Read(SwapState.Committed);
            if (new WayBack(_live, folder, journal).Missing() is { } missing)
                return new SwapReport(SwapState.Committed, missing, []) { IsWayBackGone = true };
            folder.FlushState();
            Move(folder, SwapState.Committed, SwapState.Undoing);
            return GoBack(folder, journal, reason: null);
        });
    }

    /// <summary>committed → confirmed.</summary>
    internal SwapReport Confirm(FoundSwap swap)
    {
        Expect(swap, SwapState.Committed);
        return Report(swap, folder =>
        {
            folder.FlushState();
            Move(folder, SwapState.Committed, SwapState.Confirmed);
            return new SwapReport(SwapState.Confirmed, Reason: null, []);
        });
    }

    /// <summary>A virus scanner that reads the journal must not keep a finished swap from being one.</summary>
    private void Move(SwapFolder folder, SwapState from, SwapState to)
    {
        _live.Try(folder.Journal(from), () => folder.Rename(from, to));
        _live.Try(folder.Root, folder.FlushState);
    }

    /// <summary>
    /// The process that was at it may have been ended between a change and its flush: what is seen is made durable first, so that
    /// whatever builds on it can't reach the disk without it.
    /// </summary>
    private SwapJournal TakeUp(SwapFolder folder, SwapState state)
    {
        SwapJournal? journal = null;
        _live.Again(() => journal = folder.Read(state));
        _live.Again(folder.FlushState);
        _live.Again(() => new TouchedFolders(files, _live, journal!).FlushAll());
        return journal!;
    }

    private SwapReport GoForward(SwapFolder folder, SwapJournal journal)
    {
        var begun = clock.GetTimestamp();
        var changing = TimeSpan.Zero;
        try
        {
            new ForwardPass(files, _live, folder, journal, new EntryGate(files, _live, folder, journal)).Run();
            changing = clock.GetElapsedTime(begun);
        }
        catch (Exception e) when (IsObstacle(e))
        {
            Move(folder, SwapState.Applying, SwapState.Undoing);
            return GoBack(folder, journal, e.Message);
        }

        Move(folder, SwapState.Applying, SwapState.Committed);
        return new SwapReport(SwapState.Committed, Reason: null, _live.Kept) { Changing = changing };
    }

    private SwapReport GoBack(SwapFolder folder, SwapJournal journal, string? reason)
    {
        try
        {
            // All of it is tried again after a while: where an undo ends, there is nothing left to start.
            _live.Again(() => new BackwardPass(files, _live, folder, journal, new EntryGate(files, _live, folder, journal)).Run());
        }
        catch (Exception e) when (IsObstacle(e))
        {
            return new SwapReport(SwapState.Undoing, reason is null ? e.Message : $"{reason} It could not be undone either: {e.Message}", _live.Kept);
        }

        Move(folder, SwapState.Undoing, SwapState.Undone);
        return new SwapReport(SwapState.Undone, reason, _live.Kept);
    }

    /// <summary>Runs one verb from the state on disk. Where the disk fails between two states, the report says which one it is.</summary>
    private SwapReport Report(FoundSwap swap, Func<SwapFolder, SwapReport> verb)
    {
        var folder = new SwapFolder(files, swap.Directory);
        try
        {
            return verb(folder);
        }
        catch (Exception e) when (IsObstacle(e))
        {
            return new SwapReport(folder.State() ?? swap.State, e.Message, _live.Kept);
        }
    }

    private static bool IsObstacle(Exception e) => e is IOException or UnauthorizedAccessException or UpdateException;

    private static void Expect(FoundSwap swap, SwapState state)
    {
        if (swap.State != state)
            throw new InvalidOperationException($"The swap {swap.Header.Id} is {swap.State}, not {state}.");
    }
}
