using System.Collections.Immutable;
using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// From what is wanted to the operations that lead there, with the checks that need no bytes: nothing through a link, no file where
/// a folder is. Touches nothing.
/// </summary>
/// <exception cref="InstallException">Something lies in the way.</exception>
/// <exception cref="UntrustedException">The request contradicts itself.</exception>
internal sealed class SwapDraft(IDurableFiles files, LiveFiles live, SwapRequest request)
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;
    private readonly HashSet<RelativePath> _goes = [.. request.Remove.Select(file => file.Path)];
    private readonly SortedSet<RelativePath> _missing = [];
    private readonly LinkGuard _guard = new(files, live.Root);
    private int _slot;

    /// <summary>The staged file of each operation that has one, by slot.</summary>
    internal Dictionary<int, FileToPlace> Sources { get; } = [];

    internal ImmutableArray<SwapOperation> Operations()
    {
        if (request.Header.Entry is { } entry && _goes.Contains(entry))
            throw new UntrustedException($"The release removes {entry}, which is what is started ([install] run).");
        var removed = request.Remove.OrderBy(file => file.Path).Select(Remove).ToList();
        var placed = request.Place.OrderBy(file => file.Path).Where(file => file.Path != request.Header.Entry).Select(Place).ToList();
        foreach (var folder in request.FoldersToCreate)
            Have(folder);
        var recased = request.CaseChanges.OrderBy(change => change.To.Value.Length).ThenBy(change => change.To)
            .Select(change => new SwapOperation(OperationKind.Recase, change.To, _slot++) { From = change.From }).ToList();
        var last = Entry();
        // Longer paths lie deeper than the folders that hold them.
        var folders = request.FoldersToRemove.Distinct().OrderByDescending(folder => folder.Value.Length).ThenBy(folder => folder)
            .Where(IsToRemove).Select(RemoveDirectory).ToList();
        var created = _missing.OrderBy(folder => folder.Value.Length).ThenBy(folder => folder)
            .Select(CreateDirectory).ToList();
        return [.. removed, .. folders, .. created, .. placed, .. recased, .. last];
    }

    private SwapOperation Remove(FileToRemove file)
    {
        var facts = Target(file.Path);
        if (facts is not null && facts.Kind != FileKind.File)
            throw InTheWay(file.Path);
        return new SwapOperation(OperationKind.Remove, file.Path, _slot++)
        {
            OldHash = file.OldHash,
            OldLook = facts is null ? FileLook.None : FileLook.Of(facts),
        };
    }

    private SwapOperation Place(FileToPlace file) => Place(file, OperationKind.Place);

    private SwapOperation Place(FileToPlace file, OperationKind kind)
    {
        var facts = Target(file.Path);
        if (facts?.Kind == FileKind.Directory && request.FoldersToRemove.Contains(file.Path))
            facts = null;
        if (facts is not null && facts.Kind != FileKind.File)
            throw InTheWay(file.Path);
        foreach (var folder in _guard.MissingParents(file.Path, _goes))
            _missing.Add(folder);
        Sources.Add(_slot, file);
        return new SwapOperation(kind, file.Path, _slot++)
        {
            OldHash = file.OldHash,
            NewHash = file.NewHash,
            OldLook = facts is null ? FileLook.None : FileLook.Of(facts),
            NewLook = new FileLook(file.Mode & Permissions, file.Modified) { Attributes = facts?.Attributes ?? 0 },
        };
    }

    private IEnumerable<SwapOperation> Entry()
    {
        if (request.Header.Entry is not { } entry)
            return [];
        if (request.Place.FirstOrDefault(file => file.Path == entry) is { } placed)
            return [Place(placed, OperationKind.Entry)];
        var facts = Target(entry);
        if (facts is null)
            throw new InstallException($"{live.At(entry)}, which is to be started ([install] run), is neither installed nor part of the release.");
        if (facts.Kind != FileKind.File || live.Look(entry).Hash is not { } hash)
            throw InTheWay(entry);
        return
        [
            new SwapOperation(OperationKind.Entry, entry, _slot++)
            {
                OldHash = hash,
                NewHash = hash,
                OldLook = FileLook.Of(facts),
                NewLook = FileLook.None with { Attributes = facts.Attributes },
            },
        ];
    }

    private bool IsToRemove(RelativePath folder) =>
        Target(folder)?.Kind == FileKind.Directory
        && !request.Place.Any(file => file.Path != folder && file.Path.IsAtOrBelow(folder))
        && !request.FoldersToCreate.Any(wanted => wanted.IsAtOrBelow(folder));

    private void Have(RelativePath folder)
    {
        var facts = Target(folder);
        if (facts is { Kind: not FileKind.Directory } && !_goes.Contains(folder))
            throw new InstallException($"{live.At(folder)} is no folder, where the release has one: move it away and run the update again.");
        if (facts is { Kind: FileKind.Directory })
            return;
        foreach (var missing in _guard.MissingParents(folder, _goes).Append(folder))
            _missing.Add(missing);
    }

    /// <summary>A new folder may be used by those who may use the one that holds it, whatever the umask of this process says.</summary>
    private SwapOperation CreateDirectory(RelativePath folder)
    {
        RelativePath? above = folder.Parent;
        while (above is { } missing && _missing.Contains(missing))
            above = missing.Parent;
        var mode = files.Stat(above is { } there ? live.At(there) : live.Root)?.Mode & Permissions;
        return new SwapOperation(OperationKind.CreateDirectory, folder, _slot++) { NewLook = new FileLook(mode, null) };
    }

    private SwapOperation RemoveDirectory(RelativePath folder) => new(OperationKind.RemoveDirectory, folder, _slot++)
    {
        OldLook = Target(folder) is { } facts ? FileLook.Of(facts) : FileLook.None,
    };

    private FileFacts? Target(RelativePath path) => _guard.Target(path, _goes);

    private InstallException InTheWay(RelativePath path) =>
        new($"{live.At(path)} is a folder or a link, where a file of the release belongs: move it away and run the update again.");
}
