using System.Collections.Immutable;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>A file that is to travel: size in bytes and time at the server (pull), or here (push).</summary>
internal readonly record struct PlannedFile(long Size, RemoteTime? Modified);

/// <summary>What a plan knows besides its actions.</summary>
internal sealed record PlanDetails
{
    internal static PlanDetails Empty { get; } = new();

    /// <summary>Whose plan it is: it is carried out by nobody else.</summary>
    internal object? Origin { get; init; }

    /// <summary>Of every file that travels.</summary>
    internal IReadOnlyDictionary<RelativePath, PlannedFile> Files { get; init; } = ImmutableDictionary<RelativePath, PlannedFile>.Empty;

    /// <summary>Files that were found to be as they should, and those that were brought once and need not be here any more.</summary>
    internal IReadOnlySet<RelativePath> InPlace { get; init; } = ImmutableHashSet<RelativePath>.Empty;

    /// <summary>What was found to be as it should: to be known from now on.</summary>
    internal IReadOnlyList<(RelativePath Path, KnownFile File)> Adopt { get; init; } = [];

    /// <summary>What is gone on both sides, or no longer this mirror's.</summary>
    internal IReadOnlyList<RelativePath> Forget { get; init; } = [];

    /// <summary>Folders that are at the destination already.</summary>
    internal IReadOnlyCollection<RelativePath> Folders { get; init; } = [];

    /// <summary>Folders that hold a file which has to wait: they are not done after this run.</summary>
    internal IReadOnlySet<RelativePath> Open { get; init; } = ImmutableHashSet<RelativePath>.Empty;

    /// <summary>Something in the top folder itself has to wait, or below it.</summary>
    internal bool IsTopOpen { get; init; }

    /// <summary>Push: how many of the files, at their end, are sent one after the other once all others are there.</summary>
    internal ImmutableArray<RelativePath> Last { get; init; } = [];

    /// <summary>Push: uploads that were begun once and that nobody goes on with.</summary>
    internal ImmutableArray<BegunUpload> Leftovers { get; init; } = [];

    /// <summary>Push: when the server was compared; null where only the recorded state was.</summary>
    internal DateTimeOffset? Verified { get; init; }
}
