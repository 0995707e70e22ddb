using AppUpdater.Settings;

namespace AppUpdater.Planning;

/// <summary>What a plan depends on besides release and install.</summary>
internal sealed record PlanScope
{
    /// <summary>Fetch every file of the release, not only what differs.</summary>
    internal bool EveryFile { get; init; }

    internal required BackupMode Backup { get; init; }

    /// <summary>The volume of the install, as the disk need is told of it: <c>/</c>, <c>C:\</c>.</summary>
    internal required string Volume { get; init; }

    /// <summary>UTC; names the copies of the user's files.</summary>
    internal required DateTimeOffset Now { get; init; }

    /// <summary>The length of the bootstrapper: the swap gets a copy, and the gate is one more.</summary>
    internal long BootstrapperBytes { get; init; }

    /// <summary>Whether what <c>run</c> names lies in the install; asked only where neither record nor release has it.</summary>
    internal bool RunIsThere { get; init; }
}
