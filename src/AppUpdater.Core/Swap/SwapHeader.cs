namespace AppUpdater.Core.Swap;

/// <summary>A swap's state; the journal's file name ends with it, so that every transition is one durable rename.</summary>
internal enum SwapState { Prepared, Applying, Committed, Confirmed, Undoing, Undone }

/// <summary>What becomes of a file of ours that the user changed.</summary>
internal enum ChangedFilePolicy { Overwrite, Keep, New }

/// <summary>How a started version proves itself.</summary>
internal enum ConfirmMode { Alive, Call }

/// <summary>What a swap is about, apart from its operations. Part of the journal.</summary>
internal sealed record SwapHeader
{
    /// <summary>Folder name under <c>.appupdater/swap</c>: digits and lower-case letters.</summary>
    internal required string Id { get; init; }

    internal required string App { get; init; }

    /// <summary>The version replaced; empty where nothing was installed.</summary>
    internal required string From { get; init; }

    internal required string To { get; init; }

    /// <summary>The release's identity, by which a bad one is remembered.</summary>
    internal required string Release { get; init; }

    internal required ChangedFilePolicy Changed { get; init; }

    /// <summary>What is started, relative to the install, and gated while the swap is on; null where nothing is.</summary>
    internal RelativePath? Entry { get; init; }

    internal required ConfirmMode Confirm { get; init; }

    /// <summary>How long the new version has to prove itself.</summary>
    internal required TimeSpan ConfirmWithin { get; init; }

    /// <summary>True for a rollback asked for by a person: its release is not judged.</summary>
    internal required bool IsRollback { get; init; }
}
