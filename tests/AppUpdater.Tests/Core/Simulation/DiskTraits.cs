namespace AppUpdater.Tests.Core.Simulation;

/// <summary>
/// What the volume can do. <see cref="InUse"/>: full paths whose file runs, as on Windows: renamed, but neither replaced nor deleted.
/// <see cref="Stuck"/>: full paths at which no name can be made, changed or taken away.
/// <see cref="Unreadable"/>: full paths whose file another process holds without sharing, as far as reading goes.
/// </summary>
internal sealed record DiskTraits(bool CanExchange = true, bool CanLink = true)
{
    /// <summary>Names differ by more than case, as on NTFS, FAT and APFS.</summary>
    internal bool IgnoresCase { get; init; }

    /// <summary>ctime is the time of change, in seconds, as on FAT and over SFTP.</summary>
    internal bool HasNoCtime { get; init; }

    internal IReadOnlySet<string> InUse { get; init; } = new HashSet<string>();

    internal IReadOnlySet<string> Stuck { get; init; } = new HashSet<string>();

    internal IReadOnlySet<string> Unreadable { get; init; } = new HashSet<string>();
}
