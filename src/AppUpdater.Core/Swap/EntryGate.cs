using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>
/// What is started: while the tree is neither old nor new, the bootstrapper lies at its path. It is closed before the first other
/// change and opened after the last, both durable. Where the old version had no such file, closed means that none is there.
/// </summary>
internal sealed class EntryGate(IDurableFiles files, LiveFiles live, SwapFolder folder, SwapJournal journal)
{
    private SwapOperation? Entry => journal.Entry;

    /// <summary>Before the first change. What is still needed of the entry that lies there is kept.</summary>
    internal void Close(bool forward)
    {
        if (Entry is not { } entry)
            return;
        if (entry.OldHash is null)
            live.Try(entry.Path, () => TakeAway(entry));
        else
            live.Try(entry.Path, () => Shut(entry, forward));
        if (live.IsFolder(live.FolderOf(entry.Path)))
            files.FlushDirectory(live.FolderOf(entry.Path));
    }

    /// <summary>After the last change: the entry that was wanted, durable; nothing where the old version had none.</summary>
    internal void Open(bool forward)
    {
        if (Entry is not { } entry || (forward ? entry.NewHash : entry.OldHash) is not { } wanted)
            return;
        live.Try(entry.Path, () => PutBack(entry, wanted, forward));
        (forward ? entry.NewLook : entry.OldLook).Mark(files, live.At(entry.Path));
        files.FlushDirectory(live.FolderOf(entry.Path));
        if (!live.LookPatiently(entry.Path).Has(wanted))
            throw new InstallException($"{live.At(entry.Path)} does not hold what was just put there; it was changed or removed {PlacedFiles.ByAnother}.");
    }

    private void Shut(SwapOperation entry, bool forward)
    {
        var found = live.Look(entry.Path);
        if (found.Has(entry.OldHash))
            Keep(entry, folder.Old(entry), entry.OldHash!);
        else if (forward && found.Has(entry.NewHash))
            Keep(entry, folder.New(entry), entry.NewHash!);
        if (found.Has(journal.Gate))
            return;
        if (!found.Has(entry.OldHash) && !found.Has(entry.NewHash) && !found.IsMissing)
            SaveUnknown(entry, found);
        // Without its bootstrapper, which a virus scanner may have taken, a gate could start nothing: an undo does not stop for it.
        if (!forward && !live.Look(folder.Bootstrapper).Has(journal.Gate))
            return;
        live.HaveFolderOf(entry.Path);
        PlaceGate(entry);
    }

    /// <summary>
    /// The gate is a copy, never a link: the bootstrapper that works here runs from its own file, and Windows refuses to replace a name
    /// of a file that runs.
    /// </summary>
    private void PlaceGate(SwapOperation entry)
    {
        if (live.Exists(folder.NextGate))
            files.DeleteFile(folder.NextGate);
        if (MakeGate() != journal.Gate)
            throw new InstallException($"{folder.Bootstrapper} is not the bootstrapper that was put there; it was changed {PlacedFiles.ByAnother}.");
        files.Replace(folder.NextGate, live.At(entry.Path));
    }

    /// <summary>On a full disk a second name is better than none. Elsewhere than on Windows it can be replaced while the file runs.</summary>
    private ContentHash? MakeGate()
    {
        try
        {
            return live.Copy(folder.Bootstrapper, folder.NextGate, folder.Scratch);
        }
        catch (IOException e) when (DiskError.IsDiskFull(e) && !OperatingSystem.IsWindows())
        {
            if (live.Exists(folder.Scratch))
                files.DeleteFile(folder.Scratch);
            live.LinkOrCopy(folder.Bootstrapper, folder.NextGate, folder.Scratch);
            return live.Look(folder.NextGate).Hash;
        }
    }

    /// <summary>A second name in its slot, durable before the entry's path is replaced: the replacing may reach the disk first.</summary>
    private void Keep(SwapOperation entry, string slot, ContentHash hash)
    {
        var kept = live.Look(slot);
        if (!kept.Has(hash))
        {
            if (!kept.IsMissing)
                files.DeleteFile(slot);
            live.LinkOrCopy(live.At(entry.Path), slot, folder.Scratch);
        }

        files.FlushDirectory(Path.GetDirectoryName(slot)!);
    }

    private void TakeAway(SwapOperation entry)
    {
        var found = live.Look(entry.Path);
        // A folder can't be started: it makes way with the others, or is only being made.
        if (found.IsMissing || found.Kind == FileKind.Directory)
            return;
        if (found.Has(entry.NewHash) && !live.Exists(folder.New(entry)))
            files.Rename(live.At(entry.Path), folder.New(entry));
        else if (found.Has(entry.NewHash))
            files.DeleteFile(live.At(entry.Path));
        else
            SaveUnknown(entry, found);
    }

    private void PutBack(SwapOperation entry, ContentHash wanted, bool forward)
    {
        var found = live.Look(entry.Path);
        var source = Source(entry, wanted, forward);
        if (source is null && found.Has(wanted))
            return;
        if (source is null)
            throw new InstallException($"{live.At(entry.Path)} can't be put in place: its bytes are gone from {folder.Root}.");
        if (!found.IsMissing && !found.Has(journal.Gate) && !found.Has(entry.OldHash) && !found.Has(entry.NewHash))
            SaveUnknown(entry, found);
        live.HaveFolderOf(entry.Path);
        files.Replace(source, live.At(entry.Path));
    }

    /// <summary>Both slots are asked: an entry that does not change was never staged, and its new one is its old one.</summary>
    private string? Source(SwapOperation entry, ContentHash wanted, bool forward)
    {
        string[] slots = forward ? [folder.New(entry), folder.Old(entry)] : [folder.Old(entry), folder.New(entry)];
        return slots.FirstOrDefault(slot => live.Look(slot).Has(wanted));
    }

    private void SaveUnknown(SwapOperation entry, Found found)
    {
        if (found.Kind == FileKind.File && entry.OldHash is not null)
            live.CopyAside(entry.Path, folder.Scratch);
        else if (found.Kind is FileKind.File or FileKind.Link)
            live.MoveAside(entry.Path);
        else
            throw new InstallException($"{live.At(entry.Path)} is no file: move it away, then start the app again.");
    }
}
