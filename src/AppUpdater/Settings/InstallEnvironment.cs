using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Settings;

/// <summary>One install and all that work on it needs from outside: settings, disk, clock, log.</summary>
internal sealed record InstallEnvironment(
    UpdateSettings Settings, InstallLayout Layout, IFileSystem FileSystem, IDurableFiles Files, TimeProvider Clock, ILogger Log)
{
    /// <summary>The release whose swap failed just before this process was started; see <see cref="Core.Swap.HeldBack"/>.</summary>
    internal string? HeldBack { get; init; }

    /// <summary>The keys that the host gives in code, in place of those of dato.ini; null where it gives none.</summary>
    internal TrustedKeys? HostKeys { get; init; }

    /// <summary>The length of the bootstrapper that a swap gets a copy of; 0 where it is not found, which staging tells.</summary>
    internal long BootstrapperBytes { get; init; }
}
