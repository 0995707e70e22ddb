using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>The swap's folder on disk: prepares, finds and clears it. Not thread-safe; the caller holds the install's lock.</summary>
internal sealed class SwapStore(IDurableFiles files, InstallLayout layout)
{
    private const int MaxFolders = 1000;

    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // The preparation keeps no user's copies and waits for nobody: neither clock nor wait is ever asked.
    private readonly LiveFiles _live = new(files, layout.Root, TimeProvider.System, Thread.Sleep);

    /// <summary>The swap that lies there, or null. Changes nothing, and so needs no lock.</summary>
    /// <exception cref="UntrustedException">The journal of a swap that is on can't be read.</exception>
    /// <exception cref="InstallException">The disk can't be read.</exception>
    internal FoundSwap? Find() => OnDisk("read", () =>
    {
        var swaps = Folders().Select(folder => (Folder: folder, State: folder.State())).Where(swap => swap.State is not null).ToArray();
        if (swaps.Length > 1)
            throw new UntrustedException($"There is more than one swap in {layout.Swaps}; none was touched.");
        return swaps is [({ } folder, { } state)] ? Read(folder, state) : null;
    });

    /// <summary>
    /// Moves the staged files in, copies the bootstrapper, writes the journal; all durable when it returns. A pending swap
    /// that lies there is discarded first; any other must be finished before.
    /// </summary>
    /// <exception cref="InstallException">Something lies in the way, an unfinished swap lies there, or the disk failed.</exception>
    /// <exception cref="UntrustedException">The request contradicts itself.</exception>
    internal FoundSwap Prepare(SwapRequest request)
    {
        if (Find() is { } other)
            MakeWay(other);
        return OnDisk("prepared", () =>
        {
            foreach (var rubbish in Folders())
            {
                if (rubbish.State() is { } state)
                    Clear(rubbish, state);
                else
                    Delete(rubbish);
            }

            return Write(request);
        });
    }

    /// <summary>Whether all that a pending swap was given still lies in its folder: a virus scanner may have been there.</summary>
    /// <exception cref="InstallException">The disk can't be read.</exception>
    internal bool IsWhole(FoundSwap swap) => OnDisk("read", () =>
    {
        var folder = new SwapFolder(files, swap.Directory);
        var journal = folder.Read(swap.State);
        return _live.Look(folder.Bootstrapper).Has(journal.Gate)
            && journal.Operations.All(operation =>
                operation.NewHash is null || operation.IsSameContent || _live.Look(folder.New(operation)).Has(operation.NewHash));
    });

    /// <summary>Drops a pending swap, or clears one that was confirmed or undone.</summary>
    /// <exception cref="InvalidOperationException">The swap is in another state: its files are needed.</exception>
    /// <exception cref="InstallException">The journal can't be deleted.</exception>
    internal void Clear(FoundSwap swap)
    {
        if (swap.State is not (SwapState.Prepared or SwapState.Confirmed or SwapState.Undone))
            throw new InvalidOperationException($"The swap {swap.Header.Id} is {swap.State}: it must be finished before it is cleared.");
        OnDisk("cleared", () =>
        {
            Clear(new SwapFolder(files, swap.Directory), swap.State);
            // Every start of the app would look into it. Where it stays, or comes back, it is empty.
            Discard(layout.Swaps);
            return true;
        });
    }

    private void MakeWay(FoundSwap other)
    {
        if (other.State is SwapState.Applying or SwapState.Undoing or SwapState.Committed)
        {
            throw new InstallException(
                $"The update to {other.Header.To} is not finished ({other.State}). Start the app, which finishes it, and try again.");
        }

        Clear(other);
    }

    /// <summary>
    /// Null where the journal can't be read and nothing depends on it: before the first change, and after the last. It is left there:
    /// who looks may hold no lock, and a swap that begins under his eyes looks the same.
    /// </summary>
    private static FoundSwap? Read(SwapFolder folder, SwapState state)
    {
        try
        {
            return new FoundSwap(folder.Read(state).Header, state, folder.Root);
        }
        catch (UntrustedException) when (state is SwapState.Prepared or SwapState.Confirmed or SwapState.Undone)
        {
            return null;
        }
    }

    private FoundSwap Write(SwapRequest request)
    {
        var header = request.Header;
        if (files.Stat(layout.Own)?.Kind is not (null or FileKind.Directory) || files.Stat(layout.Swaps)?.Kind is not (null or FileKind.Directory))
            throw new InstallException($"{layout.Own} and {layout.Swaps} must be real folders, not links or files: move what is there away.");
        var draft = new SwapDraft(files, _live, request);
        var operations = draft.Operations();
        var folder = new SwapFolder(files, Path.Join(layout.Swaps, header.Id));
        // Encoded once before anything is moved: a journal that can't be written must not cost the staged files.
        JournalCodec.Encode(new SwapJournal(header, ContentHash.Of([]), operations));
        foreach (var path in new[] { layout.Own, layout.Swaps, folder.Root, folder.NewFiles, folder.OldFiles })
            CreateDirectory(path);
        var gate = _live.Copy(request.Bootstrapper, folder.Bootstrapper, folder.Scratch, Executable);
        request.BootstrapperLaid?.Invoke(folder.Bootstrapper);
        TakeIn([.. operations.Where(operation => draft.Sources.ContainsKey(operation.Slot)).Select(operation => (draft.Sources[operation.Slot], operation))], folder);
        foreach (var companion in request.Companions)
            Lay(companion, folder);
        // Where a journal lies, all that it names lies there too.
        files.FlushDirectory(folder.NewFiles);
        files.FlushDirectory(folder.Root);
        folder.Write(new SwapJournal(header, gate, operations));
        foreach (var path in new[] { layout.Swaps, layout.Own, layout.Root })
            files.FlushDirectory(path);
        return new FoundSwap(header, SwapState.Prepared, folder.Root);
    }

    /// <summary>
    /// One thing for all before the next: what the first flush finds changed it takes along, and the others find little. The renames come
    /// last, whose trace in each file's own record would make its flush a real one.
    /// </summary>
    private void TakeIn((FileToPlace File, SwapOperation Operation)[] staged, SwapFolder folder)
    {
        var open = new List<string>();
        foreach (var (file, operation) in staged)
        {
            if (files.Stat(file.Source) is not { Kind: FileKind.File } facts)
                throw new InstallException($"The staged file of {file.Path} ({file.Source}) was removed {PlacedFiles.ByAnother}.");
            if (operation.NewLook.DressUnflushed(files, file.Source, facts) || !file.IsFlushed)
                open.Add(file.Source);
        }

        foreach (var source in open)
            files.FlushFile(source);
        foreach (var (file, operation) in staged)
            files.Rename(file.Source, folder.New(operation));
    }

    private void Lay(SwapCompanion companion, SwapFolder folder)
    {
        var path = folder.Companion(companion.Name);
        using (var into = files.CreateNew(path, mode: null))
            into.Write(companion.Content.AsSpan());
        files.FlushFile(path);
    }

    private void CreateDirectory(string path)
    {
        if (files.Stat(path) is null)
            files.CreateDirectory(path);
    }

    private SwapFolder[] Folders()
    {
        if (files.Stat(layout.Swaps)?.Kind != FileKind.Directory)
            return [];
        string?[] names;
        try
        {
            names = [.. files.List(layout.Swaps).Select(Path.GetFileName)];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // cleared since it was seen, by whoever has the lock
        }

        if (names.Length > MaxFolders)
            throw new UntrustedException($"There are more than {MaxFolders} folders in {layout.Swaps}; none was touched.");
        return names.Select(name => new SwapFolder(files, Path.Join(layout.Swaps, name)))
            .Where(folder => files.Stat(folder.Root)?.Kind == FileKind.Directory).ToArray();
    }

    /// <summary>The journal goes first, durably: without one the folder is rubbish, whatever of it is still there.</summary>
    private void Clear(SwapFolder folder, SwapState state)
    {
        files.DeleteFile(folder.Journal(state));
        folder.FlushState();
        Delete(folder);
    }

    private void Delete(SwapFolder folder)
    {
        foreach (var inner in new[] { folder.NewFiles, folder.OldFiles, folder.Root })
        {
            if (files.Stat(inner)?.Kind != FileKind.Directory)
                continue;
            foreach (var name in files.List(inner).Select(Path.GetFileName))
                Discard(Path.Join(inner, name));
            if (files.List(inner).Count == 0)
                Discard(inner);
        }
    }

    private void Discard(string path)
    {
        try
        {
            if (files.Stat(path)?.Kind == FileKind.Directory)
            {
                if (files.List(path).Count == 0)
                    files.DeleteDirectory(path);
            }
            else
            {
                files.DeleteFile(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows does not delete a bootstrapper that runs: the next preparation sweeps what is left.
            return;
        }
    }

    private T OnDisk<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(
                $"The swap in {layout.Swaps} can't be {what}: {e.Message} See that the account may write there and that there is space.", e);
        }
    }
}
