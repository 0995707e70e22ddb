using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Backup;

/// <summary>Finds backups. What lies in their folder may be anybody's: nothing of it is believed unchecked.</summary>
internal sealed class BackupReader(InstallLayout layout, IDurableFiles files)
{
    /// <summary>Full paths, newest first; files of other names are left out.</summary>
    internal IReadOnlyList<string> List()
    {
        if (files.Stat(layout.Backups) is not { Kind: FileKind.Directory })
            return [];
        return
        [
            .. files.List(layout.Backups)
                .Where(file => file.EndsWith(".zip", StringComparison.Ordinal) && BackupNames.TimeOf(file) is not null)
                .OrderByDescending(BackupNames.TimeOf).ThenByDescending(file => file, StringComparer.Ordinal),
        ];
    }

    /// <summary>The newest backup that leads back from <paramref name="version"/>, or null.</summary>
    /// <exception cref="UntrustedException">A newer backup is damaged or hostile; an older one would lead somewhere else.</exception>
    internal BackupZip? OpenNewest(NuGet.Versioning.NuGetVersion version)
    {
        foreach (var file in List())
        {
            var zip = BackupZip.Open(files, file);
            if (zip.Archive.To == version)
                return zip;
            zip.Dispose();
        }

        return null;
    }
}
