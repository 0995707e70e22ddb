using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>What happens to one file.</summary>
public enum ChangeKind
{
    /// <summary>A file that was not there.</summary>
    Add,

    /// <summary>A file that other bytes replace.</summary>
    Change,

    /// <summary>A file of ours that the release no longer has.</summary>
    Remove,
}

/// <summary>One line of a plan. <see cref="Bytes"/>: size in bytes after the update (of the removed file, for removals).</summary>
public sealed record PlannedChange(ChangeKind Kind, RelativePath Path, long Bytes);

/// <summary>The most disk space that an update needs at one moment on one volume, in bytes beyond what is in use now.</summary>
public sealed record DiskNeed(string Volume, long Bytes);

/// <summary>
/// A file to fetch and put in place. <see cref="OldHash"/> is what lies at its path now, null where nothing does.
/// <see cref="KeepUserCopyAs"/>: where the user's changed file is kept beside, before ours replaces it.
/// </summary>
internal sealed record FileToFetch(ReleaseFile File, RelativePath Target, ContentHash? OldHash, RelativePath? KeepUserCopyAs);

/// <summary>A file of ours to take away; <see cref="KeepUserCopyAs"/> as above.</summary>
internal sealed record FileToDrop(RelativePath Path, ContentHash OldHash, long Size, RelativePath? KeepUserCopyAs);

/// <summary>What the stages behind the plan need; the public side of <see cref="UpdatePlan"/> follows from it.</summary>
internal sealed record PlanSteps
{
    internal required ImmutableArray<FileToFetch> Fetch { get; init; }

    internal required ImmutableArray<FileToDrop> Drop { get; init; }

    internal required ImmutableArray<RelativePath> FoldersToRemove { get; init; }

    /// <summary>Folders that the release has empty and that are not there.</summary>
    internal ImmutableArray<RelativePath> FoldersToCreate { get; init; } = [];

    /// <summary>What is on disk in another case than in the release.</summary>
    internal ImmutableArray<CaseChange> CaseChanges { get; init; } = [];

    /// <summary>Which blobs of a signed release are fetched and what is copied on disk instead; null for a plain tree.</summary>
    internal ContentPlan? Content { get; init; }

    /// <summary>Files of the release that are as they should be, with what the next record says of them.</summary>
    internal required ImmutableSortedDictionary<RelativePath, InstalledFile> Unchanged { get; init; }

    internal required ImmutableArray<string> Remarks { get; init; }

    internal required ImmutableArray<DiskNeed> PeakDisk { get; init; }
}

/// <summary>
/// What an update will do, made from data alone: nothing was touched, nothing fetched. Immutable.
/// Printed by <c>ToString</c> in a stable order.
/// </summary>
public sealed class UpdatePlan
{
    internal UpdatePlan(Release release, LocalSnapshot local, PlanSteps steps, bool isRepair = false)
    {
        IsRepair = isRepair;
        Release = release;
        Local = local;
        Steps = steps;
        Changes = [.. steps.Fetch.Select(Change).Concat(steps.Drop.Select(Removal)).OrderBy(change => change.Path)];
    }

    /// <summary>The installed version; null where none is known.</summary>
    public NuGetVersion? From => Local.Version;

    /// <summary>The version this plan leads to.</summary>
    public NuGetVersion To => Release.Version.Version;

    /// <summary>Whether the publisher demands this update: the installed version is below the release's <c>minimum</c>.</summary>
    public bool IsMandatory => Release.Version.Minimum is { } minimum && (From is null || From < minimum);

    /// <summary>The release notes as the publisher wrote and signed them, for the version <see cref="To"/>; null where there are none.</summary>
    public string? Notes => Release.Manifest?.Notes;

    /// <summary>Every file that changes, sorted by path.</summary>
    public ImmutableArray<PlannedChange> Changes { get; }

    /// <summary>Bytes to fetch from the server: of a signed release as they lie there, compressed, and at most so many.</summary>
    public long BytesToFetch => Steps.Content is { } content ? content.Bytes : Steps.Fetch.Sum(file => file.File.Size);

    /// <summary>Disk space needed at the peak, volume by volume.</summary>
    public ImmutableArray<DiskNeed> PeakDisk => Steps.PeakDisk;

    /// <summary>What the reader of a plan should know: files of his that are kept, files left alone.</summary>
    public ImmutableArray<string> Remarks => Steps.Remarks;

    /// <summary>It leads to the release that is installed, not to the one that the server offers.</summary>
    internal bool IsRepair { get; }

    internal Release Release { get; }

    internal LocalSnapshot Local { get; }

    internal PlanSteps Steps { get; }

    /// <summary>The plan as lines of text, in a stable order.</summary>
    public override string ToString() => PlanPrinter.Print(this);

    private static PlannedChange Change(FileToFetch file) =>
        new(file.OldHash is null ? ChangeKind.Add : ChangeKind.Change, file.Target, file.File.Size);

    private static PlannedChange Removal(FileToDrop file) => new(ChangeKind.Remove, file.Path, file.Size);
}
