using NuGet.Versioning;

namespace AppUpdater.Cli.Publishing;

/// <summary>What is to be published, and for whom.</summary>
internal sealed record PublishRequest
{
    internal required string Folder { get; init; }
    internal required string App { get; init; }
    internal required NuGetVersion Version { get; init; }
    internal string Channel { get; init; } = PointerText.StableChannel;
    internal string Platform { get; init; } = "any";

    /// <summary>The release notes' text.</summary>
    internal string? Notes { get; init; }

    internal NuGetVersion? Minimum { get; init; }

    /// <summary>Percent, 0 to 100.</summary>
    internal int Rollout { get; init; } = 100;

    /// <summary>How long installs may take it for new, or <see cref="Expiry.Never"/>; null: as the channel's pointer before.</summary>
    internal TimeSpan? Expires { get; init; }

    internal bool IsDryRun { get; init; }

    internal bool OverrideLock { get; init; }
}
