using System.Collections.Immutable;
using System.Globalization;

namespace AppUpdater.Mirroring;

/// <summary>What a mirror does with one file or folder.</summary>
public enum MirrorActionKind
{
    /// <summary>Makes a folder at the destination.</summary>
    CreateFolder,

    /// <summary>Brings a file that is not there to the destination.</summary>
    Create,

    /// <summary>Brings a file to the destination that has other bytes there.</summary>
    Update,

    /// <summary>Takes a file away from the destination.</summary>
    Remove,

    /// <summary>Takes an empty folder away from the destination.</summary>
    RemoveFolder,
}

/// <summary>One line of a plan. <see cref="Bytes"/>: of the file at the source; of the removed file, for removals. <see cref="Why"/>: in a few words.</summary>
public sealed record MirrorAction(MirrorActionKind Kind, RelativePath Path, long Bytes, string Why);

/// <summary>
/// What one run of a mirror will do, in the order that keeps the destination consistent: folders before files, files before removals. Made
/// from data alone; nothing was touched. Immutable. Printed by <c>ToString</c> in a stable order.
/// </summary>
public sealed class MirrorPlan
{
    internal MirrorPlan(ImmutableArray<MirrorAction> actions, int unchanged, int skipped)
    {
        Actions = actions;
        Unchanged = unchanged;
        Skipped = skipped;
    }

    /// <summary>Of <see cref="Skipped"/>, files that may still be written to: another plan, a while later, will tell.</summary>
    public int Unsettled { get; internal init; }

    /// <summary>What can't be brought to the destination whatever is tried; the report shows it again.</summary>
    public ImmutableArray<MirrorFailure> Failures { get; internal init; } = [];

    /// <summary>What the plan leaves undone on purpose, such as removals that would be too many.</summary>
    public ImmutableArray<string> Notes => [.. Left.Select(note => note.ToString())];

    /// <summary><see cref="Notes"/>, such that they can be said in another language.</summary>
    internal ImmutableArray<Wording> Left { get; init; } = [];

    /// <summary>Files that are gone from the source and stay all the same, since they are too many, or the source may have them still. <see cref="Notes"/> says which it is.</summary>
    public int HeldBack { get; internal init; }

    /// <summary>What carrying it out needs to know besides.</summary>
    internal PlanDetails Details { get; init; } = PlanDetails.Empty;

    /// <summary>Every file and folder that changes at the destination.</summary>
    public ImmutableArray<MirrorAction> Actions { get; }

    /// <summary>Files that are as they should be.</summary>
    public int Unchanged { get; }

    /// <summary>Files that a filter, or a rule such as settling, leaves alone.</summary>
    public int Skipped { get; }

    /// <summary>What travels, in bytes.</summary>
    public long BytesToTransfer => Actions.Where(action => action.Kind is MirrorActionKind.Create or MirrorActionKind.Update).Sum(action => action.Bytes);

    /// <summary>The plan as lines of text.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        Actions.Select(action => string.Create(CultureInfo.InvariantCulture, $"{action.Kind} {action.Path} ({action.Bytes} bytes): {action.Why}"))
            .Concat(Failures.Select(failure => $"Failed {failure.Path?.Value ?? "."}: {failure.Reason}"))
            .Concat(Notes.Select(note => $"Note: {note}")));
}
