using AppUpdater.Settings;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport;

/// <summary>What a source needs besides its location. Time-outs are documented with their defaults; all are positive.</summary>
internal sealed record TransportOptions
{
    internal required ServerSettings Server { get; init; }

    /// <summary>Connections at once, 1 to 64.</summary>
    internal int Connections { get; init; } = 8;

    /// <summary>Shared by whatever is opened with these options, both ways: one limit for the whole process.</summary>
    internal ByteRate Rate { get; init; } = ByteRate.Unlimited;

    /// <summary>What is remembered of servers that take fewer connections; shared like <see cref="Rate"/>.</summary>
    internal ServerLimits Limits { get; init; } = new(TimeProvider.System);

    internal TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);
    internal TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(30);
    internal TimeSpan DataIdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
    internal TimeSpan FinalReplyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a transient failure is tried again: 0 to 10.</summary>
    internal int Retries { get; init; } = 4;

    /// <summary>First back-off; doubled each time, with jitter.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What to do about a refused login: where user and password came from.</summary>
    internal Wording LoginAdvice { get; init; } = "Check [server] user and password in dato.ini.";

    /// <summary>Takes what a listing can't show; null: it ends the listing.</summary>
    internal ListingGaps? Gaps { get; init; }

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal required ILogger Log { get; init; }
}
