using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// From wherever the files lie to the new tree. Each step looks first, so that it can be taken again after a cut. Names may reach the
/// disk in any order until their folder is flushed; hence the flushes between the phases.
/// </summary>
/// <exception cref="InstallException">An operation can't be finished.</exception>
internal sealed class ForwardPass(IDurableFiles files, LiveFiles live, SwapFolder folder, SwapJournal journal, EntryGate gate)
{
    private readonly TouchedFolders _touched = new(files, live, journal);
    private readonly HashSet<int> _exchanged = []; // slots

    internal void Run()
    {
        Learn();
        gate.Close(forward: true);
        foreach (var operation in journal.Of(OperationKind.Remove))
            live.Try(operation.Path, () => MoveOut(operation));
        foreach (var operation in journal.Of(OperationKind.Place))
            live.Try(operation.Path, () => MakeRoom(operation));
        // Old bytes are safe in old/ before anything takes their name or their folder.
        files.FlushDirectory(folder.OldFiles);
        foreach (var operation in journal.Of(OperationKind.RemoveDirectory))
            _touched.RemoveIfEmpty(operation.Path);
        _touched.Create(journal.Of(OperationKind.CreateDirectory));
        foreach (var operation in journal.Of(OperationKind.Place))
            live.Try(operation.Path, () => Place(operation));
        _touched.Flush();
        new CaseChanges(files, live, journal).Run(forward: true);
        Check();
        gate.Open(forward: true);
    }

    /// <summary>
    /// After a verification in this process all of it is known; a recovery reads what it finds. What lies in new/ decides nothing before
    /// it has its name, and is read then.
    /// </summary>
    private void Learn() =>
        live.Learn(journal.Operations.Where(operation => operation.IsFile).Select(operation => live.At(operation.Path)));

    private void MoveOut(SwapOperation operation)
    {
        var found = live.Look(operation.Path);
        // A folder may have taken the file's name before the cut.
        if (found.IsMissing || found.Kind == FileKind.Directory)
            return;
        if (found.Has(operation.OldHash) && !live.Exists(folder.Old(operation)))
            files.Rename(live.At(operation.Path), folder.Old(operation));
        else
            SaveUnknown(operation, found);
    }

    private void MakeRoom(SwapOperation operation)
    {
        var found = live.Look(operation.Path);
        if (found.IsMissing || found.Has(operation.NewHash) || found.Kind == FileKind.Directory)
            return;
        if (!found.Has(operation.OldHash))
        {
            SaveUnknown(operation, found);
            return;
        }

        if (!live.Exists(folder.New(operation)))
            throw Gone(operation);
        if (live.Exists(folder.Old(operation)))
            return;
        if (files.TryExchange(folder.New(operation), live.At(operation.Path)))
            _exchanged.Add(operation.Slot);
        else if (!files.TryLink(live.At(operation.Path), folder.Old(operation)))
            files.Rename(live.At(operation.Path), folder.Old(operation));
        live.Follow(live.At(operation.Path));
    }

    private void Place(SwapOperation operation)
    {
        if (_exchanged.Contains(operation.Slot))
        {
            operation.NewLook.Mark(files, live.At(operation.Path)); // read by the check at the end, as all of them
            return;
        }

        var found = live.Look(operation.Path);
        if (found.Has(operation.NewHash))
        {
            if (operation.IsSameContent)
                operation.NewLook.Dress(files, live.At(operation.Path));
            else
                operation.NewLook.Mark(files, live.At(operation.Path));
            return;
        }

        if (!live.Exists(folder.New(operation)))
            throw Gone(operation);
        if (found.IsMissing)
            files.Rename(folder.New(operation), live.At(operation.Path));
        else if (found.Has(operation.OldHash) && live.Exists(folder.Old(operation)))
            ReplaceOrMoveOut(operation);
        else
            throw new InstallException($"{live.At(operation.Path)} was changed while the update was on.");
        operation.NewLook.Mark(files, live.At(operation.Path));
    }

    /// <summary>Windows renames a running executable but does not replace it. The old bytes have a durable name in old/ by now.</summary>
    private void ReplaceOrMoveOut(SwapOperation operation)
    {
        var target = live.At(operation.Path);
        try
        {
            files.Replace(folder.New(operation), target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (live.Exists(folder.Out(operation)))
                files.DeleteFile(folder.Out(operation));
            files.Rename(target, folder.Out(operation));
            files.Rename(folder.New(operation), target);
        }
    }

    private void Check()
    {
        // By what is there now, not by what the file was when it was staged.
        var look = live.LookAtAllAnew(journal.Of(OperationKind.Place).Select(operation => live.At(operation.Path)));
        foreach (var operation in journal.Of(OperationKind.Place))
        {
            if (!live.LookPatiently(operation.Path, look).Has(operation.NewHash))
                throw new InstallException($"{live.At(operation.Path)} does not hold what was just put there; it was changed or removed {PlacedFiles.ByAnother}.");
        }

        foreach (var operation in journal.Of(OperationKind.Remove))
        {
            if (live.LookPatiently(operation.Path).Kind is FileKind.File or FileKind.Link)
                throw new InstallException($"{live.At(operation.Path)} came back while it was being removed.");
        }
    }

    private void SaveUnknown(SwapOperation operation, Found found)
    {
        if (found.Kind is not (FileKind.File or FileKind.Link))
            throw new InstallException($"{live.At(operation.Path)} is no file, and a file belongs there.");
        live.MoveAside(operation.Path);
    }

    private InstallException Gone(SwapOperation operation) =>
        new($"The new bytes of {operation.Path} are gone from {folder.NewFiles}; they were removed {PlacedFiles.ByAnother}.");
}
