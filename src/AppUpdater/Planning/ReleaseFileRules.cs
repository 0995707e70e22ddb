using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Planning;

/// <summary>What becomes of each file that a release has.</summary>
internal sealed class ReleaseFileRules(PlanDraft draft, Release release, InstallSettings install, RecordedFiles recorded)
{
    // FAT keeps two seconds; adopting by a time that other file systems show finer loses nothing.
    private static readonly TimeSpan DiskPrecision = TimeSpan.FromSeconds(2);

    private readonly GlobSet _protected = new(install.Protect);
    private readonly TimeComparison _times = recorded.CompareTimes(release);

    internal void Decide(ReleaseFolder folder)
    {
        if (!_protected.Matches(folder.Path))
            draft.Have(folder.Path);
    }

    internal void Decide(ReleaseFile file)
    {
        if (_protected.Matches(file.Path))
        {
            draft.Remark(file.Path, "protected, left alone");
            return;
        }

        var mine = draft.Local.Files.GetValueOrDefault(file.Path);
        var ours = recorded.Find(file.Path);
        if (mine is null)
            Fetch(file, file.Path, keep: null);
        else if (file.Content is { } content)
            DecideByHash(file, content.Hash, mine, ours);
        else if (ours is null)
            DecideUnrecorded(file, mine);
        else if (draft.Scope.IsRepair)
            RepairByRecord(file, mine, ours);
        else if (draft.Scope.EveryFile || IsChangedOnServer(file, ours))
            DecideChanged(file, mine, ours);
        else
            KeepUnchanged(file, mine, ours);
    }

    /// <summary>The name beside a file of the user's under which ours is laid.</summary>
    internal RelativePath Beside(RelativePath path) => RelativePath.Parse($"{path}.new-{release.Version.Version.ToNormalizedString()}");

    private bool IsChangedOnServer(ReleaseFile file, InstalledFile ours) =>
        file.Size != ours.Size || !_times.Agrees(ours.Modified, file.Modified);

    /// <summary>What a signed release says of its bytes is certain: sizes and times are asked for nothing.</summary>
    private void DecideByHash(ReleaseFile file, ContentHash wanted, LocalFile mine, InstalledFile? ours)
    {
        if (mine.Hash == wanted && !draft.Scope.EveryFile)
            draft.Record(file.Path, new InstalledFile(file.Size, file.Modified, mine.Modified, wanted));
        else if (draft.Scope.IsRepair)
            Fetch(file, file.Path, keep: Copy(file.Path));
        else if (ours is null)
            DecideOther(file);
        else if (draft.Scope.EveryFile || ours.Hash != wanted)
            DecideChanged(file, mine, ours);
        else
            KeepUnchanged(file, mine, ours);
    }

    private void RepairByRecord(ReleaseFile file, LocalFile mine, InstalledFile ours)
    {
        if (mine.Hash == ours.Hash)
            draft.Record(file.Path, ours with { LocalModified = mine.Modified });
        else
            Fetch(file, file.Path, keep: Copy(file.Path));
    }

    private void KeepUnchanged(ReleaseFile file, LocalFile mine, InstalledFile ours)
    {
        var isUsers = mine.Hash != ours.Hash;
        if (isUsers)
            draft.Remark(file.Path, "changed by the user, left as it is; the release's file did not change");
        draft.Record(file.Path, ours with
        {
            Modified = _times.Keep(ours.Modified, file.Modified),
            LocalModified = isUsers ? ours.LocalModified : mine.Modified,
        });
    }

    private void DecideChanged(ReleaseFile file, LocalFile mine, InstalledFile ours)
    {
        if (mine.Hash == ours.Hash)
            Fetch(file, file.Path, keep: null);
        else
            ReplaceUsers(file, ours);
    }

    private void DecideUnrecorded(ReleaseFile file, LocalFile mine)
    {
        var isSame = mine.Size == file.Size && file.Modified is { } listed
            && TimeComparison.Same(new RemoteTime(mine.Modified, DiskPrecision), listed);
        if (isSame && !draft.Scope.EveryFile)
            draft.Record(file.Path, new InstalledFile(file.Size, file.Modified, mine.Modified, mine.Hash));
        else
            DecideOther(file);
    }

    /// <summary>What lies there is neither recorded nor the release's.</summary>
    private void DecideOther(ReleaseFile file)
    {
        if (draft.Local.Record is not null)
            ReplaceUsers(file, ours: null);
        else
            Fetch(file, file.Path, keep: draft.Scope.Backup == BackupMode.None ? Copy(file.Path) : null);
    }

    // The user's file is where ours would go: what `changed` says.
    private void ReplaceUsers(ReleaseFile file, InstalledFile? ours)
    {
        switch (install.Changed)
        {
            case ChangedFilePolicy.Keep:
                draft.Remark(file.Path, "changed by the user, kept; the release has another one");
                if (ours is not null)
                    draft.Record(file.Path, ours);
                break;
            case ChangedFilePolicy.New:
                draft.Remark(file.Path, $"changed by the user, kept; the release's is laid beside it as {Beside(file.Path).Name}");
                Fetch(file, Beside(file.Path), keep: null);
                // Recorded as offered: laid beside it again only when the server's file changes again.
                if (ours is not null)
                    draft.Record(file.Path, ours with { Size = file.Size, Modified = file.Modified, Hash = file.Content?.Hash ?? ours.Hash });
                break;
            default:
                Fetch(file, file.Path, Copy(file.Path));
                break;
        }
    }

    private RelativePath Copy(RelativePath path)
    {
        var copy = draft.UserCopy(path);
        draft.Remark(path, $"replaced; the user's is kept beside it as {copy.Name}");
        return copy;
    }

    private void Fetch(ReleaseFile file, RelativePath target, RelativePath? keep) =>
        draft.Fetch(new FileToFetch(file, target, draft.Local.Files.GetValueOrDefault(target)?.Hash, keep));
}
