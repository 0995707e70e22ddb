using System.Collections.Immutable;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Staging;

namespace AppUpdater.Handover;

/// <summary>From fetched files to what the swap does.</summary>
internal static class UpdateContents
{
    /// <param name="staged">The plan's files, complete.</param>
    /// <param name="live">The install.</param>
    /// <param name="folder">Where what is made here waits beside the fetched files.</param>
    internal static SwapContents Of(StagedFiles staged, LiveTree live, string folder)
    {
        var plan = staged.Plan;

        // A file whose time changed and whose bytes did not is only recorded anew.
        var changed = staged.Files.Where(file => file.Hash != file.Planned.OldHash).ToList();
        var copies = changed.Select(file => (file.Planned.Target, Copy: file.Planned.KeepUserCopyAs))
            .Concat(plan.Steps.Drop.Select(file => (Target: file.Path, Copy: file.KeepUserCopyAs)))
            .Where(file => file.Copy is not null)
            .Select(file => live.CopyOf(file.Target, file.Copy!, folder))
            .ToList();
        var place = changed.Select(file => Place(file, live)).Concat(copies).Append(Record(staged, live, folder));
        var version = live.Own(OwnRecords.Version, folder, plan.Release.Version.Raw.AsSpan());
        return new SwapContents
        {
            From = plan.From,
            To = plan.To,
            Release = plan.Release.Id,
            IsRollback = false,
            Place = [.. version.OldHash == version.NewHash ? place : place.Append(version)],
            Remove = [.. plan.Steps.Drop.Select(file => new FileToRemove(file.Path, file.OldHash))],
            FoldersToRemove = plan.Steps.FoldersToRemove,
            FoldersToCreate = plan.Steps.FoldersToCreate,
            CaseChanges = plan.Steps.CaseChanges,
            Companions = StagedRelease.CompanionsOf(plan.Release),
            UserCopies = [.. copies.Select(copy => copy.Path)],
        };
    }

    private static FileToPlace Place(StagedFile file, LiveTree live) => new(
        file.Planned.Target, file.FullPath, file.Hash, file.Planned.OldHash, file.Planned.File.Mode ?? live.ModeFor(file.Planned.Target, file.FullPath), file.LocalModified)
    {
        IsFlushed = file.IsFlushed,
    };

    private static FileToPlace Record(StagedFiles staged, LiveTree live, string folder)
    {
        var files = staged.Files.ToImmutableDictionary(file => file.Planned.Target, file => Recorded(file, staged.Plan));
        return live.Own(OwnRecords.Installed, folder, InstalledRecordFile.Write(NextRecord.Of(staged.Plan, files)));
    }

    private static InstalledFile Recorded(StagedFile file, UpdatePlan plan)
    {
        var source = file.Planned.File;
        var stays = file.Hash == file.Planned.OldHash;
        var modified = stays ? plan.Local.Files[file.Planned.Target].Modified : file.LocalModified;
        return new InstalledFile(source.Size, source.Modified, modified, file.Hash);
    }
}
