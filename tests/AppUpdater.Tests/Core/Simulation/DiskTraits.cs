namespace AppUpdater.Tests.Core.Simulation;

/// <summary>What the volume can do. <see cref="InUse"/>: full paths whose file runs, as on Windows: renamed, but neither replaced nor deleted.</summary>
internal sealed record DiskTraits(bool CanExchange = true, bool CanLink = true)
{
    internal IReadOnlySet<string> InUse { get; init; } = new HashSet<string>();
}
