using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>The live folders in which a swap changes names.</summary>
internal sealed class TouchedFolders(IDurableFiles files, LiveFiles live, SwapJournal journal)
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    private readonly HashSet<string> _flushed = new(StringComparer.Ordinal);

    /// <summary>
    /// Creates those that are missing and makes them durable before anything is moved into one: a file in a folder that is lost is lost.
    /// </summary>
    internal void Create(IEnumerable<SwapOperation> folders)
    {
        foreach (var folder in folders)
        {
            live.Try(folder.Path, () => Create(folder));
            _flushed.Add(live.FolderOf(folder.Path));
        }

        foreach (var parent in _flushed)
            files.FlushDirectory(parent);
    }

    /// <summary>A folder that will not go, because something of the user's is in it or holds it open, stays.</summary>
    internal void RemoveIfEmpty(RelativePath path)
    {
        var folder = live.At(path);
        if (live.Look(path).Kind != FileKind.Directory || files.List(folder).Count > 0)
            return;
        try
        {
            files.DeleteDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    /// <summary>
    /// Flushes each in which names changed since <see cref="Create(IEnumerable{SwapOperation})"/>; one that is gone, or whose name
    /// a file took, is covered by the folder it was in.
    /// </summary>
    internal void Flush()
    {
        var ofFiles = journal.Operations.Where(operation => operation.Kind is OperationKind.Place or OperationKind.Remove).Select(operation => live.FolderOf(operation.Path));
        var ofFolders = journal.Operations.Where(operation => operation.Kind is OperationKind.RemoveDirectory or OperationKind.CreateDirectory)
            .Select(operation => live.FolderOf(operation.Path)).Where(folder => !_flushed.Contains(folder));
        Flush(ofFiles.Concat(ofFolders));
    }

    /// <summary>Flushes the folders below one, which is to bear another name and be out of reach of <see cref="Flush()"/>.</summary>
    internal void FlushBelow(RelativePath path) => Flush(journal.Operations
        .Where(operation => operation.Path != path && operation.Path.IsAtOrBelow(path)).Select(operation => live.FolderOf(operation.Path)));

    /// <summary>Flushes every folder in which the swap changes a name.</summary>
    internal void FlushAll() => Flush(journal.Operations.Select(operation => live.FolderOf(operation.Path)));

    private void Flush(IEnumerable<string> folders)
    {
        foreach (var folder in folders.Distinct(StringComparer.Ordinal))
        {
            if (files.Stat(folder)?.Kind == FileKind.Directory)
                files.FlushDirectory(folder);
        }
    }

    private void Create(SwapOperation folder)
    {
        var found = live.Look(folder.Path);
        if (!found.IsMissing && found.Kind != FileKind.Directory)
            throw new InstallException($"{live.At(folder.Path)} is no folder, and one belongs there: move it away.");
        if (found.IsMissing)
            files.CreateDirectory(live.At(folder.Path));
        // One with something in it is not one that was just made here, or before a cut: its mode is the user's choice.
        if ((folder.NewLook.Mode & Permissions) is { } mode && files.Stat(live.At(folder.Path))?.Mode is { } now && (now & Permissions) != mode
            && files.List(live.At(folder.Path)).Count == 0)
            files.SetFacts(live.At(folder.Path), mode, modified: null);
    }
}
