using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// Refuses every path that a symbolic link could lead elsewhere (CVE-2021-41131 and its kin): each parent below the install must be
/// a real folder, or not there yet. Looks at each folder once.
/// </summary>
internal sealed class LinkGuard(IDurableFiles files, string root)
{
    private readonly Dictionary<RelativePath, FileKind?> _seen = [];

    /// <summary>The parents of the path that are not there, outermost first.</summary>
    /// <param name="path">What is to be placed or removed.</param>
    /// <param name="goes">Files that make way first: a folder may take their name.</param>
    /// <exception cref="InstallException">A parent is a link or a file.</exception>
    internal IEnumerable<RelativePath> MissingParents(RelativePath path, IReadOnlySet<RelativePath> goes)
    {
        var parents = new Stack<RelativePath>();
        for (var parent = path.Parent; parent is { } folder; parent = folder.Parent)
            parents.Push(folder);
        var missing = new List<RelativePath>();
        foreach (var folder in parents)
        {
            if (Kind(folder) is null || goes.Contains(folder))
                missing.Add(folder);
            else if (Kind(folder) != FileKind.Directory)
                throw Refusal(folder, path);
        }

        return missing;
    }

    /// <summary>What lies at a path itself, its parents checked.</summary>
    internal FileFacts? Target(RelativePath path, IReadOnlySet<RelativePath> goes)
    {
        foreach (var _ in MissingParents(path, goes))
            return null;
        return files.Stat(path.Under(root));
    }

    private FileKind? Kind(RelativePath folder)
    {
        if (!_seen.TryGetValue(folder, out var kind))
            _seen[folder] = kind = files.Stat(folder.Under(root))?.Kind;
        return kind;
    }

    private InstallException Refusal(RelativePath folder, RelativePath path) => new(
        $"{folder.Under(root)} is {(Kind(folder) == FileKind.Link ? "a symbolic link" : "no folder")}, so {path} can't be placed or removed "
        + "below it: put a real folder there.");
}
