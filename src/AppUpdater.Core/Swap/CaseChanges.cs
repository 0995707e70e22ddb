using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// Gives names the case of the version that lies there, on a disk that ignores case: each is one rename, and both names lead to the same
/// thing before and after it. What the folder lists says whether it is done.
/// </summary>
internal sealed class CaseChanges(IDurableFiles files, LiveFiles live, SwapJournal journal)
{
    /// <summary>Durable when it returns. All other changes of names must be: one that is lost must not take this one's file with it.</summary>
    internal void Run(bool forward)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in journal.Of(OperationKind.Recase))
        {
            var folder = live.FolderOf(operation.Path);
            if (files.Stat(folder)?.Kind != FileKind.Directory)
                continue;
            var (from, to) = (Path.Join(folder, operation.From!.Name), live.At(operation.Path));
            Rename(forward ? (from, to) : (to, from), files.List(folder));
            folders.Add(folder);
        }

        foreach (var folder in folders)
        {
            if (files.Stat(folder)?.Kind == FileKind.Directory)
                files.FlushDirectory(folder);
        }
    }

    private void Rename((string From, string To) change, IReadOnlyList<string> names)
    {
        if (!names.Contains(change.From, StringComparer.Ordinal) || names.Contains(change.To, StringComparer.Ordinal))
            return;
        try
        {
            files.Rename(change.From, change.To);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, or the system can't: the disk finds it by either name, so that the version is whole all the same.
            return;
        }
    }
}
