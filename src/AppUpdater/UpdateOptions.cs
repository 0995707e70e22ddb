using AppUpdater.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater;

/// <summary>What a host may set in code; everything else is dato.ini's.</summary>
public sealed record UpdateOptions
{
    /// <summary>Where the library logs. Default: <c>.appupdater/log</c>, once there is such a folder. Passwords never reach it.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock; tests give their own.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Full path of the bootstrapper; null looks in the install, then beside this library.
    /// </summary>
    public string? Bootstrapper { get; init; }

    /// <summary>How long the bootstrapper waits for the host to exit before it leaves the update pending: 1 s to 1 h, default 60 s.</summary>
    public TimeSpan HostExitWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The publisher's keys, compiled into the host; null leaves it to <c>[trust]</c> of dato.ini.</summary>
    public TrustedKeys? TrustedKeys { get; init; }
}
