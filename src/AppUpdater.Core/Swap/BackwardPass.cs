using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// From wherever the files lie back to the old tree, by the rules of <see cref="ForwardPass"/>. New bytes may be lost on the way, old ones
/// never: an undo is not reversed.
/// </summary>
/// <exception cref="InstallException">An operation can't be undone; all is kept for another try.</exception>
internal sealed class BackwardPass(IDurableFiles files, LiveFiles live, SwapFolder folder, SwapJournal journal, EntryGate gate)
{
    private readonly TouchedFolders _touched = new(files, live, journal);

    internal void Run()
    {
        Learn();
        if (IsUntouched())
        {
            // A folder that can't be written, where the way forward ended before its first change, must not keep the app behind a gate.
            _touched.FlushAll();
            return;
        }

        gate.Close(forward: false);
        new CaseChanges(files, live, journal).Run(forward: false);
        foreach (var operation in journal.Of(OperationKind.Place).Where(operation => operation.OldHash is null).Reverse())
            live.Try(operation.Path, () => TakeAway(operation));
        foreach (var operation in journal.Of(OperationKind.CreateDirectory).Reverse())
            _touched.RemoveIfEmpty(operation.Path);
        Recreate();
        foreach (var operation in Replaced().Reverse())
            live.Try(operation.Path, () => PutBack(operation));
        _touched.Flush();
        Check();
        gate.Open(forward: false);
    }

    /// <summary>An app may have run since anything was read.</summary>
    private void Learn()
    {
        var wanted = journal.Operations.Where(operation => operation.IsFile).ToArray();
        live.LearnAnew(wanted.Select(operation => live.At(operation.Path)));
        live.Learn(wanted.Where(operation => !live.IsKnownAs(operation.OldHash, operation.Path))
            .SelectMany(operation => new[] { folder.Old(operation), folder.New(operation), folder.Out(operation) }));
    }

    /// <summary>Whether all lies as it did before the swap. Where only looks change, that is not worth finding out.</summary>
    private bool IsUntouched() => journal.Operations.All(operation => operation.Kind switch
    {
        OperationKind.CreateDirectory => !live.Exists(live.At(operation.Path)),
        OperationKind.RemoveDirectory => live.Exists(live.At(operation.Path)),
        OperationKind.Place when operation.IsSameContent || operation.OldLook.Attributes != 0 => false,
        _ when operation.OldHash is null => !live.Exists(live.At(operation.Path)),
        _ => live.Look(operation.Path).Has(operation.OldHash),
    });

    private IEnumerable<SwapOperation> Replaced() => journal.Operations.Where(
        operation => operation.Kind is OperationKind.Place or OperationKind.Remove && operation.OldHash is not null);

    private void Recreate()
    {
        // Outermost first: they were removed the other way round.
        var folders = journal.Of(OperationKind.RemoveDirectory).Reverse().ToArray();
        foreach (var operation in folders)
            live.Try(operation.Path, () => MakeRoom(operation));
        _touched.Create(folders.Select(operation => operation with { NewLook = operation.OldLook }));
    }

    /// <summary>The new version ran, and wrote a file where the old one has a folder.</summary>
    private void MakeRoom(SwapOperation operation)
    {
        if (live.Look(operation.Path).Kind is FileKind.File or FileKind.Link)
            live.MoveAside(operation.Path);
    }

    private void TakeAway(SwapOperation operation)
    {
        var found = live.Look(operation.Path);
        if (found.IsMissing || found.Kind == FileKind.Directory)
            return;
        if (!found.Has(operation.NewHash))
            live.MoveAside(operation.Path);
        else if (live.Exists(folder.New(operation)))
            files.DeleteFile(live.At(operation.Path));
        else
            files.Rename(live.At(operation.Path), folder.New(operation));
    }

    private void PutBack(SwapOperation operation)
    {
        var found = live.Look(operation.Path);
        if (found.Has(operation.OldHash))
        {
            if (operation.IsSameContent)
                operation.OldLook.Dress(files, live.At(operation.Path));
            else
                Unlink(operation);
            return;
        }

        var source = Source(operation);
        if (source is null && IsTheUsersNow(found, operation))
            return;
        if (source is null)
            throw new InstallException(WayBack.Gone(operation));
        // The new version wrote into a folder of its own, where the old one has a file: it must not keep the old one away.
        if (found.Kind == FileKind.Directory)
            _touched.FlushBelow(operation.Path);
        if (found.IsMissing)
            live.HaveFolderOf(operation.Path);
        else if (!found.Has(operation.NewHash))
            live.MoveAside(operation.Path);
        ReplaceOrMoveOut(operation, source);
        if (operation.IsSameContent)
            operation.OldLook.Dress(files, live.At(operation.Path));
        else
            operation.OldLook.Mark(files, live.At(operation.Path));
    }

    /// <summary>
    /// Attributes belong to the file and not to its names: a read-only one would lose that when its second name is cleared away, so that
    /// the name goes before.
    /// </summary>
    private void Unlink(SwapOperation operation)
    {
        if (operation.OldLook.Attributes.HasFlag(FileAttributes.ReadOnly) && live.Exists(folder.Old(operation)))
            files.DeleteFile(folder.Old(operation));
        operation.OldLook.Mark(files, live.At(operation.Path));
    }

    private void ReplaceOrMoveOut(SwapOperation operation, string source)
    {
        var target = live.At(operation.Path);
        try
        {
            files.Replace(source, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!live.Exists(target) || source == folder.Out(operation))
                throw;
            if (live.Exists(folder.Out(operation)))
                files.DeleteFile(folder.Out(operation));
            files.Rename(target, folder.Out(operation));
            files.Rename(source, target);
        }
    }

    private string? Source(SwapOperation operation) =>
        new[] { folder.Old(operation), folder.New(operation), folder.Out(operation) }
            .FirstOrDefault(slot => live.Look(slot).Has(operation.OldHash));

    /// <summary>The user wrote over the old file before the swap came to it: there is nothing to give back but what he wrote.</summary>
    private static bool IsTheUsersNow(Found found, SwapOperation operation) =>
        found.Kind is FileKind.File or FileKind.Link && !found.Has(operation.NewHash);

    private void Check()
    {
        live.LearnAnew(Replaced().Select(operation => live.At(operation.Path)));
        foreach (var operation in Replaced())
        {
            var found = live.LookPatiently(operation.Path);
            if (!found.Has(operation.OldHash) && !(IsTheUsersNow(found, operation) && Source(operation) is null))
                throw new InstallException($"{live.At(operation.Path)} does not hold what it held before the update; it was changed or removed {PlacedFiles.ByAnother}.");
        }
    }
}
