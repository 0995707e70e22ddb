using AppUpdater.Core.Swap;
using AppUpdater.Settings;

namespace AppUpdater.Planning;

/// <summary>What becomes of files of ours that the release has no more.</summary>
internal sealed class RemovalRules(PlanDraft draft, InstallSettings install, RecordedFiles recorded)
{
    private const string BesideMark = ".new-";

    private readonly GlobSet _protected = new(install.Protect);

    internal void Decide(RelativePath path)
    {
        if (draft.Local.Files.GetValueOrDefault(path) is not { } mine || draft.IsFetched(path))
            return;
        if (_protected.Matches(path))
            draft.Remark(path, "no longer in the release; protected, left alone");
        else if (IsStillBeside(path))
            draft.Record(path, recorded[path]);
        else if (mine.Hash == recorded[path].Hash)
            draft.Drop(new FileToDrop(path, mine.Hash, mine.Size, KeepUserCopyAs: null));
        else if (install.Changed == ChangedFilePolicy.Overwrite)
            DropKeepingCopy(path, mine);
        else
            draft.Remark(path, "no longer in the release; changed by the user, left to him");
    }

    private void DropKeepingCopy(RelativePath path, LocalFile mine)
    {
        var copy = draft.UserCopy(path);
        draft.Remark(path, $"no longer in the release; changed by the user, kept as {copy.Name}");
        draft.Drop(new FileToDrop(path, mine.Hash, mine.Size, copy));
    }

    // Ours, laid beside a file that the user changed: it stays while that file is his and no newer one is laid there.
    private bool IsStillBeside(RelativePath path)
    {
        var mark = path.Value.LastIndexOf(BesideMark, StringComparison.Ordinal);
        if (mark <= 0 || !RelativePath.TryParse(path.Value[..mark], out var beside, out _))
            return false;
        return recorded.Find(beside) is { } ours
            && draft.Local.Files.GetValueOrDefault(beside) is { } his && his.Hash != ours.Hash
            && draft.IsRecorded(beside) && !draft.IsLaidBeside(beside, BesideMark);
    }
}
