using System.Collections.Immutable;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Counts over all that one run carried out: a run that waits for files carries out several plans.</summary>
internal sealed class MirrorTally : IMirrorListener
{
    private HashSet<RelativePath> _updates = [];
    private int _before;

    internal int New { get; private set; }

    internal int Updated { get; private set; }

    internal int Unchanged { get; private set; }

    internal int Removed { get; private set; }

    internal int Skipped { get; private set; }

    /// <summary>Of <see cref="Skipped"/>: may still be written to.</summary>
    internal int Waiting { get; private set; }

    internal int Duplicates { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>What failed in the end; what a later plan made good is not among them.</summary>
    internal ImmutableArray<MirrorFailure> Failures { get; private set; } = [];

    internal ImmutableArray<Wording> Notes { get; private set; } = [];

    /// <summary>Files that were to be removed and stay: a note says why.</summary>
    internal int HeldBack { get; private set; }

    internal int Transferred => New + Updated;

    /// <summary>What a plan comes to where it is carried out.</summary>
    internal static MirrorTally Of(MirrorPlan plan)
    {
        var tally = new MirrorTally();
        tally.Planned(plan);
        tally.New = plan.Actions.Count(action => action.Kind == MirrorActionKind.Create);
        tally.Updated = plan.Actions.Count(action => action.Kind == MirrorActionKind.Update);
        tally.Removed = plan.Actions.Count(action => action.Kind is MirrorActionKind.Remove or MirrorActionKind.RemoveFolder);
        (tally.Unchanged, tally.Skipped, tally.Bytes, tally.Failures) = (plan.Unchanged, plan.Skipped, plan.BytesToTransfer, plan.Failures);
        return tally;
    }

    public void Planned(MirrorPlan plan)
    {
        _updates = [.. plan.Actions.Where(action => action.Kind == MirrorActionKind.Update).Select(action => action.Path)];
        _before = Transferred;
        (Waiting, Notes, HeldBack) = (plan.Unsettled, plan.Left, plan.HeldBack);
    }

    public void Happened(MirrorEvent happened)
    {
        if (happened is not { Kind: MirrorEventKind.FileDone, IsSuccess: true, Path: { } path })
            return;
        if (_updates.Contains(path))
            Updated++;
        else
            New++;
    }

    public void Ended(MirrorReport report)
    {
        Removed += report.Removed;
        Duplicates += report.Duplicates;
        Bytes += report.Bytes;
        // What an earlier plan of this run brought is unchanged for the next, and is counted as brought.
        Unchanged = Math.Max(0, report.Unchanged - _before);
        Skipped = report.Skipped;
        Failures = report.Failures;
    }

    public void Failed(Exception failure)
    {
    }
}
