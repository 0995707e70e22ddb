using System.Globalization;
using AppUpdater.Backup;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;

namespace AppUpdater.Handover;

/// <summary>From a backup to the swap that leads back: what was replaced or removed returns, what was added goes.</summary>
internal sealed class RollbackContents(InstallLayout layout, IDurableFiles files, LiveTree live, TimeProvider clock)
{
    private readonly List<FileToPlace> _place = [];
    private readonly List<FileToRemove> _remove = [];
    private readonly HashSet<RelativePath> _copies = [];

    /// <param name="backup">Leads back from what is installed.</param>
    /// <param name="record">What is installed.</param>
    /// <param name="folder">An empty folder beside the app, to extract to.</param>
    /// <param name="report">Told the path of each file and its bytes, when it is out of the zip.</param>
    /// <param name="ct">Stops between two files.</param>
    internal SwapContents Of(BackupZip backup, InstalledRecord record, string folder, Action<RelativePath, long> report, CancellationToken ct)
    {
        var number = 0;
        foreach (var saved in backup.Files)
        {
            Restore(backup, saved, Path.Join(folder, Name(number++)), record, folder, ct);
            report(saved.Path, saved.Size);
        }

        foreach (var added in backup.Archive.Added.Where(path => record.Files.ContainsKey(path) || path == OwnRecords.Version))
            TakeAway(added, record, folder);
        var before = RestoreRecord(backup, folder, ct);
        var removed = RequireRoom(record);
        return new SwapContents
        {
            From = record.Version,
            To = backup.Archive.From,
            Release = before?.Release ?? "none",
            IsRollback = true,
            Place = [.. _place],
            Remove = [.. _remove],
            FoldersToRemove = [.. record.Folders.Except(before?.Folders ?? []).Union(removed).OrderByDescending(path => path)],
            FoldersToCreate = [.. (before?.Folders ?? []).Except(record.Folders).Where(path => files.Stat(path.Under(layout.Root)) is null)],
            UserCopies = [.. _copies],
        };
    }

    private void Restore(BackupZip backup, BackedUpFile saved, string target, InstalledRecord record, string folder, CancellationToken ct)
    {
        backup.Extract(saved, target, ct);
        var now = IsFolder(saved.Path) ? null : live.HashOf(saved.Path);
        if (now != saved.Hash)
            KeepUsers(saved.Path, now, record, folder);
        _place.Add(new FileToPlace(saved.Path, target, saved.Hash, now, saved.Mode, saved.Modified));
    }

    /// <summary>Where a file comes back to a place that a folder took, nothing but the app's may be in it; the folders that go are returned.</summary>
    private List<RelativePath> RequireRoom(InstalledRecord record)
    {
        var goes = _remove.Select(file => file.Path).ToHashSet();
        var folders = new List<RelativePath>();
        foreach (var target in _place.Select(file => file.Path).Where(IsFolder))
        {
            var found = FolderInTheWay.Read(layout, files, target, (path, isFolder) => isFolder
                ? record.Folders.Contains(path) || goes.Any(file => file.IsAtOrBelow(path))
                : goes.Contains(path));
            if ((found.Stranger ?? _copies.Where(copy => copy.IsAtOrBelow(target)).Select(copy => copy.Value).FirstOrDefault()) is { } name)
            {
                var what = name == target.Value ? "that is not the app's" : $"with {PathRules.Show(name)} in it, which is not the app's or was changed";
                throw new InstallException(
                    $"\"{target.Under(layout.Root)}\" is a folder {what}, and a file comes back to its place. Move it away and try again.");
            }

            folders.AddRange(found.Folders);
        }

        return folders;
    }

    private bool IsFolder(RelativePath path) => path != OwnRecords.Installed && files.Stat(path.Under(layout.Root)) is { Kind: FileKind.Directory };

    private void TakeAway(RelativePath path, InstalledRecord record, string folder)
    {
        if (live.HashOf(path) is not { } now)
            return;
        KeepUsers(path, now, record, folder);
        _remove.Add(new FileToRemove(path, now));
    }

    /// <summary>What lies there is not what the update put there: the user's, kept beside.</summary>
    private void KeepUsers(RelativePath path, ContentHash? now, InstalledRecord record, string folder)
    {
        if (now is null || path == OwnRecords.Version || (record.Files.TryGetValue(path, out var ours) && ours.Hash == now))
            return;
        var copy = RelativePath.Parse(string.Create(CultureInfo.InvariantCulture, $"{path}.user-{clock.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"));
        _place.Add(live.CopyOf(path, copy, folder));
        _copies.Add(copy);
    }

    private InstalledRecord? RestoreRecord(BackupZip backup, string folder, CancellationToken ct)
    {
        var now = live.HashOf(OwnRecords.Installed);
        if (backup.Installed is not { } saved)
        {
            if (now is not null)
                _remove.Add(new FileToRemove(OwnRecords.Installed, now));
            return null;
        }

        var target = Path.Join(folder, "installed.json.own");
        backup.Extract(saved, target, ct);
        _place.Add(new FileToPlace(OwnRecords.Installed, target, saved.Hash, now, saved.Mode, saved.Modified));
        using var stream = files.OpenRead(target);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var record = InstalledRecordFile.Read(content.GetBuffer().AsSpan(0, (int)content.Length));
        return record.App == backup.App
            ? record
            : throw new UntrustedException($"The backup \"{backup.Archive.File}\" holds the record of another app than it says. It is not used in \"{layout.Root}\".");
    }

    private static string Name(int number) => number.ToString("d6", CultureInfo.InvariantCulture) + ".back";
}
