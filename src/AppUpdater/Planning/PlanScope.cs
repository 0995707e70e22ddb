using AppUpdater.Core.Disk;
using AppUpdater.Settings;

namespace AppUpdater.Planning;

/// <summary>What a plan depends on besides release and install.</summary>
internal sealed record PlanScope
{
    /// <summary>Fetch every file of the release, not only what differs.</summary>
    internal bool EveryFile { get; init; }

    /// <summary>
    /// The installed release is put right: a file with other bytes than the recorded ones is damaged or the user's, nobody can tell, and is
    /// replaced whatever <c>changed</c> says, with a copy of it kept.
    /// </summary>
    internal bool IsRepair { get; init; }

    internal required BackupMode Backup { get; init; }

    /// <summary>The volume of the install, as the disk need is told of it: <c>/</c>, <c>C:\</c>.</summary>
    internal required string Volume { get; init; }

    /// <summary>UTC; names the copies of the user's files.</summary>
    internal required DateTimeOffset Now { get; init; }

    /// <summary>The length of the bootstrapper: the swap gets a copy, and the gate is one more.</summary>
    internal long BootstrapperBytes { get; init; }

    /// <summary>Whether what <c>run</c> names lies in the install; asked only where neither record nor release has it.</summary>
    internal bool RunIsThere { get; init; }

    /// <summary>As this install and its settings have it.</summary>
    internal static PlanScope Of(InstallEnvironment install) => new()
    {
        Backup = install.Settings.Update.Backup,
        Volume = Volumes.Of(install.FileSystem, install.Layout.Root),
        Now = install.Clock.GetUtcNow(),
        BootstrapperBytes = install.BootstrapperBytes,
        RunIsThere = install.Settings.Install.Run is { } run && install.Files.Stat(run.Under(install.Layout.Root)) is { Kind: FileKind.File },
    };
}
