using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>
/// The last look before the first change: the copy of the bootstrapper, every staged file, every live file. What the user changed
/// meanwhile follows the settings; the journal, still pending, is amended by it.
/// </summary>
/// <exception cref="InstallException">Something is not as it should be; the swap stays pending.</exception>
internal sealed class SwapVerification(IDurableFiles files, LiveFiles live, SwapFolder folder, LinkGuard guard)
{
    private const string Again = "Run the update again, and tell the scanner about this folder if it happens again.";
    private static readonly RelativePath VersionFile = RelativePath.Parse("version.ini");

    private readonly List<SwapOperation> _operations = [];
    private readonly List<RelativePath> _copies = [];
    private int _nextSlot;

    /// <summary>What of the prepared files is gone or holds other bytes, in a sentence; null where all is there.</summary>
    internal string? Lost(SwapJournal journal)
    {
        var look = live.LookAtAll(Touched(journal));
        if (!Has(folder.Bootstrapper, journal.Gate, look))
            return Lost(folder.Bootstrapper, folder.Bootstrapper);
        var lost = journal.Operations.FirstOrDefault(
            operation => operation is { NewHash: not null, IsSameContent: false } && !Has(folder.New(operation), operation.NewHash, look));
        return lost is null ? null : Lost($"The staged file of {lost.Path} ({folder.New(lost)})", folder.New(lost));
    }

    /// <summary>The journal as it will be carried out; written down where it differs.</summary>
    internal SwapJournal Run(SwapJournal journal)
    {
        _nextSlot = journal.Operations.Select(operation => operation.Slot).DefaultIfEmpty(-1).Max() + 1;
        var goes = journal.Of(OperationKind.Remove).Select(operation => operation.Path).ToHashSet();
        foreach (var operation in journal.Operations)
            live.Try(operation.Path, () => Examine(operation, journal, goes));
        var amended = journal with { Operations = [.. Ordered()] };
        if (amended.Operations.SequenceEqual(journal.Operations))
            return journal;
        if (_copies.Count > 0)
            files.FlushDirectory(folder.NewFiles);
        folder.Write(amended);
        foreach (var copy in _copies)
            live.Remember(copy);
        return amended;
    }

    /// <summary>
    /// The order of kinds is the order of the operations; what was added is a file to place, and a folder that it lies in stays.
    /// </summary>
    private IEnumerable<SwapOperation> Ordered()
    {
        var placed = _operations.Where(operation => operation.Kind == OperationKind.Place).ToArray();
        return _operations.OrderBy(operation => operation.Kind).Where(operation =>
            operation.Kind != OperationKind.RemoveDirectory
            || !placed.Any(file => file.Path != operation.Path && file.Path.IsAtOrBelow(operation.Path)));
    }

    /// <summary>All that is read here. A file that is replaced is the next to be looked at, after its staged one.</summary>
    private IEnumerable<string> Touched(SwapJournal journal) => journal.Operations.Where(operation => operation.IsFile)
        .SelectMany(operation => new[] { folder.New(operation), live.At(operation.Path) }).Prepend(folder.Bootstrapper);

    private bool IsStaged(SwapOperation operation) => Has(folder.New(operation), operation.NewHash, live.Look);

    private bool Has(string path, ContentHash? hash, Func<string, Found> look)
    {
        var has = false;
        live.Try(path, () => has = look(path).Has(hash));
        return has;
    }

    private InstallException NotStaged(SwapOperation operation) =>
        new(Lost($"The staged file of {operation.Path} ({folder.New(operation)})", folder.New(operation)));

    private string Lost(string what, string file) => $"{what} was {(live.Exists(file) ? "changed" : "removed")} {PlacedFiles.ByAnother}. {Again}";

    private void Examine(SwapOperation operation, SwapJournal journal, HashSet<RelativePath> goes)
    {
        if (!operation.IsFile)
        {
            guard.Target(operation.Path, goes);
            _operations.Add(operation);
            return;
        }

        var facts = guard.Target(operation.Path, goes);
        if (facts?.Kind == FileKind.Directory && journal.Of(OperationKind.RemoveDirectory).Any(folder => folder.Path == operation.Path))
            facts = null;
        if (facts is not null && facts.Kind != FileKind.File)
            throw new InstallException($"{live.At(operation.Path)} is no regular file any more; move it away and run the update again.");
        var actual = facts is null ? null : live.Look(operation.Path).Hash;
        if (actual == operation.OldHash)
            _operations.Add(operation);
        else if (actual is null)
            TakeAsMissing(operation);
        else
            TakeAsChanged(operation, journal, actual, FileLook.Of(facts!));
    }

    private void TakeAsMissing(SwapOperation operation)
    {
        if (operation.Kind == OperationKind.Remove)
            return;
        if (operation.IsSameContent && !IsStaged(operation))
            throw new InstallException($"{live.At(operation.Path)} is missing and was not staged. {Again}");
        _operations.Add(operation with { OldHash = null, OldLook = FileLook.None });
    }

    private void TakeAsChanged(SwapOperation operation, SwapJournal journal, ContentHash actual, FileLook look)
    {
        var known = operation with { OldHash = actual, OldLook = look };
        if (operation.IsSameContent && !IsStaged(operation))
        {
            // Only an entry that the release does not change is never staged: what it is now is what it stays.
            _operations.Add(operation.Kind == OperationKind.Entry ? known with { NewHash = actual } : throw NotStaged(operation));
            return;
        }

        // The updater's own record is nobody's work to keep, and neither is what is already as the release has it.
        if (actual == operation.NewHash || operation.Path == SwapJournal.InstalledRecord)
            _operations.Add(known);
        else if (journal.Header.Changed == ChangedFilePolicy.Overwrite || operation.Path == VersionFile)
            Overwrite(known, look);
        else if (operation.Kind == OperationKind.Entry)
            KeepEntry(known, journal);
        else if (operation.Kind == OperationKind.Place && journal.Header.Changed == ChangedFilePolicy.New)
            PlaceBeside(operation, journal.Header.To);
    }

    private void Overwrite(SwapOperation known, FileLook look)
    {
        var copy = new SwapOperation(OperationKind.Place, live.FreeUserName(known.Path), _nextSlot++) { NewLook = Safe(look) };
        if (live.Exists(folder.New(copy)))
            files.DeleteFile(folder.New(copy));
        var hash = live.Copy(live.At(known.Path), folder.New(copy), folder.Scratch);
        _operations.Add(copy with { NewHash = hash });
        _operations.Add(known);
        _copies.Add(copy.Path);
    }

    /// <summary>The gate is needed all the same: his entry makes way for it and comes back last.</summary>
    private void KeepEntry(SwapOperation known, SwapJournal journal)
    {
        if (journal.Header.Changed == ChangedFilePolicy.New && !known.IsSameContent)
        {
            PlaceBeside(known, journal.Header.To);
            known = known with { Slot = _nextSlot++ };
        }

        _operations.Add(known with { NewHash = known.OldHash, NewLook = FileLook.None with { Attributes = known.OldLook.Attributes } });
    }

    private void PlaceBeside(SwapOperation operation, string version)
    {
        var fit = string.Concat(version.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' ? c : '_'));
        _operations.Add(operation with
        {
            Kind = OperationKind.Place,
            Path = live.FreeName(operation.Path, ".new-" + fit.TrimEnd('.')),
            OldHash = null,
            OldLook = FileLook.None,
        });
    }

    private static FileLook Safe(FileLook look) => look with { Mode = look.Mode & (UnixFileMode)0x1FF };
}
