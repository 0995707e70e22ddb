namespace AppUpdater.Core;

/// <summary>Where the updater's own files lie beside an app. <see cref="Root"/> is the install's full path.</summary>
internal sealed record InstallLayout(string Root)
{
    internal string Own => Path.Join(Root, RelativePath.OwnFolder);
    internal string InstalledRecord => Path.Join(Own, "installed.json");
    internal string Trust => Path.Join(Own, "trust.json");
    internal string TrustLock => Path.Join(Own, "trust.lock");
    internal string Running => Path.Join(Own, "running");
    internal string Lock => Path.Join(Own, "lock");
    internal string Staging => Path.Join(Own, "staging");
    internal string Swaps => Path.Join(Own, "swap");
    internal string Backups => Path.Join(Own, "backups");
    internal string Outcome => Path.Join(Own, "outcome.json");
    internal string Servers => Path.Join(Own, "servers.json");
    internal string Log => Path.Join(Own, "log");
}
