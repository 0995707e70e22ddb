using System.Collections.Immutable;

namespace AppUpdater.Mirroring;

/// <summary>What a mirror tells while it works.</summary>
public enum MirrorEventKind
{
    /// <summary>A transfer begins.</summary>
    Started,

    /// <summary>
    /// Bytes of a transfer moved; <see cref="MirrorEvent.Bytes"/> of it in all so far. The first one of a pull tells what an earlier run left.
    /// </summary>
    Progress,

    /// <summary>A file is at the destination, whole, or failed.</summary>
    FileDone,

    /// <summary>A file was removed from the destination, or that failed.</summary>
    FileRemoved,

    /// <summary>A folder was made at the destination, or that failed.</summary>
    FolderCreated,

    /// <summary>A folder was removed from the destination, or that failed.</summary>
    FolderRemoved,

    /// <summary>All that was to be done in a folder, and below it, is done.</summary>
    FolderDone,

    /// <summary>A file has the bytes of another one at the destination; <see cref="MirrorEvent.Reason"/> names that.</summary>
    Duplicate,
}

/// <summary>
/// One thing that happened, in the order it finished. <see cref="IsSuccess"/> is false only where <see cref="Reason"/> says why.
/// <see cref="At"/> is UTC. <see cref="Bytes"/>: of the file, or so far. <see cref="Path"/> is null for the top folder.
/// </summary>
public sealed record MirrorEvent(MirrorEventKind Kind, RelativePath? Path, DateTimeOffset At, long Bytes, bool IsSuccess, string? Reason)
{
    /// <summary><see cref="Reason"/>, such that it can be said in another language.</summary>
    internal Wording? Wording { get; init; } = Reason;
}

/// <summary>
/// A file or folder that could not be brought to the destination, and why. Of a name that is no path, <see cref="Path"/> is the folder that
/// holds it. Null: the top folder, or the whole run.
/// </summary>
public sealed record MirrorFailure(RelativePath? Path, string Reason)
{
    internal MirrorFailure(RelativePath? path, Wording reason)
        : this(path, reason.ToString()) => Wording = reason;

    /// <summary><see cref="Reason"/>, such that it can be said in another language.</summary>
    internal Wording Wording { get; init; } = Reason;
}

/// <summary>What one run of a mirror came to.</summary>
public sealed record MirrorReport
{
    /// <summary>Files brought to the destination, new or changed.</summary>
    public required int Transferred { get; init; }

    /// <summary>Files and folders removed there.</summary>
    public required int Removed { get; init; }

    /// <summary>Files that were as they should be.</summary>
    public required int Unchanged { get; init; }

    /// <summary>Files left alone by a filter or a rule.</summary>
    public required int Skipped { get; init; }

    /// <summary>Files that have the bytes of another.</summary>
    public int Duplicates { get; init; }

    /// <summary>What travelled, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>How long the run took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What failed; the rest went on.</summary>
    public required ImmutableArray<MirrorFailure> Failures { get; init; }

    /// <summary>As the plan's: files that were to be removed and stay. Somebody should look at it.</summary>
    public int HeldBack { get; init; }

    /// <summary>As the plan's: what was left undone on purpose.</summary>
    public ImmutableArray<string> Notes => [.. Left.Select(note => note.ToString())];

    /// <summary><see cref="Notes"/>, such that they can be said in another language.</summary>
    internal ImmutableArray<Wording> Left { get; init; } = [];
}
