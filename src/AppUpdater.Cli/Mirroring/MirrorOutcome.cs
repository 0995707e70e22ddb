using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>What came of one job, carried out once. <see cref="Tally"/> holds as much as was done.</summary>
internal sealed record MirrorOutcome(MirrorJob Job, MirrorTally Tally, TimeSpan Elapsed)
{
    // The mildest first: what one code says of several jobs must be the one to look at.
    private static readonly int[] Order =
    [
        ExitCodes.Done, ExitCodes.Partial, ExitCodes.Server, ExitCodes.Disk, ExitCodes.Settings, ExitCodes.Untrusted, ExitCodes.Defect, ExitCodes.Cancelled,
    ];

    /// <summary>Of a dry run: what would be done. Null: it was done.</summary>
    internal MirrorPlan? Plan { get; init; }

    /// <summary>Why it could not be carried out; null: it was, though files may have failed.</summary>
    internal Exception? Failure { get; init; }

    internal int Code => Failure is not null ? ExitCodes.For(Failure)
        : Tally is { Failures.IsEmpty: true, HeldBack: 0 } ? ExitCodes.Done
        : ExitCodes.Partial;

    /// <summary>One code for all.</summary>
    internal static int Worst(IEnumerable<int> codes) => codes.DefaultIfEmpty(ExitCodes.Done).MaxBy(code => Array.IndexOf(Order, code));
}
