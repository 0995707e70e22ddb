using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>The live folders in which a swap changes names.</summary>
internal sealed class TouchedFolders(IDurableFiles files, LiveFiles live, SwapJournal journal)
{
    /// <summary>
    /// Creates those that are missing and makes them durable before anything is moved into one: a file in a folder that is lost is lost.
    /// </summary>
    internal void Create(IEnumerable<SwapOperation> folders)
    {
        var parents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            live.Try(folder.Path, () => Create(folder));
            parents.Add(live.FolderOf(folder.Path));
        }

        foreach (var parent in parents)
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

    /// <summary>Flushes each once; one that is gone, or whose name a file took, is covered by the folder it was in.</summary>
    internal void Flush()
    {
        foreach (var folder in journal.Operations.Select(operation => live.FolderOf(operation.Path)).Distinct(StringComparer.Ordinal))
        {
            if (files.Stat(folder)?.Kind == FileKind.Directory)
                files.FlushDirectory(folder);
        }
    }

    private void Create(SwapOperation folder)
    {
        var found = live.Look(folder.Path);
        if (found.Kind == FileKind.Directory)
            return;
        if (!found.IsMissing)
            throw new InstallException($"{live.At(folder.Path)} is no folder, and one belongs there: move it away.");
        files.CreateDirectory(live.At(folder.Path));
    }
}
