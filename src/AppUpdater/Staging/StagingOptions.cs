using AppUpdater.Settings;

namespace AppUpdater.Staging;

/// <summary>How hard the download engine tries.</summary>
internal sealed record StagingOptions
{
    private const long SlowestLine = 1024;

    /// <summary>Files in transfer at once, 1 to 64.</summary>
    internal required int Connections { get; init; }

    /// <summary>How often in a row a transfer may break without a byte gained: 0 to 10.</summary>
    internal int Retries { get; init; } = 4;

    /// <summary>How often one file may break in all, however much was gained: a server that sends a byte at a time has an end.</summary>
    internal int BreaksPerFile { get; init; } = 50;

    /// <summary>A place of signed releases that brings fewer bytes a second, over all its transfers, is given up: <see cref="LeastPace"/>.</summary>
    internal long LeastPerSecond { get; init; } = SlowestLine;

    /// <summary>First pause after a break; doubled with each one in a row.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Plans made before an active uploader wins.</summary>
    internal int Rounds { get; init; } = 5;

    /// <summary>Pause before the server is asked again after it changed; grows by itself with each round.</summary>
    internal TimeSpan RoundDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>As dato.ini has it. A rate limit of our own is not held against a place.</summary>
    internal static StagingOptions Of(PolicySettings policy) => new()
    {
        Connections = policy.Connections,
        LeastPerSecond = Math.Min(SlowestLine, (policy.Rate ?? long.MaxValue) / 4),
    };
}
