using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Planning;

/// <summary>
/// A folder whose name a file is to take: it and the folders in it, deepest first, and the first thing in it that is not the app's,
/// by its path in the install; null where all of it is.
/// </summary>
internal sealed record FolderInTheWay(ImmutableArray<RelativePath> Folders, string? Stranger)
{
    /// <param name="layout">The install.</param>
    /// <param name="files">Its disk.</param>
    /// <param name="folder">A folder that is there.</param>
    /// <param name="isOurs">Asked of each entry: its path, and whether it is a folder.</param>
    internal static FolderInTheWay Read(InstallLayout layout, IDurableFiles files, RelativePath folder, Func<RelativePath, bool, bool> isOurs)
    {
        var folders = new List<RelativePath> { folder };
        for (var next = 0; next < folders.Count; next++)
        {
            foreach (var full in files.List(folders[next].Under(layout.Root)).Order(StringComparer.Ordinal))
            {
                var text = $"{folders[next]}/{Path.GetFileName(full)}";
                var kind = files.Stat(full)?.Kind;
                if (!RelativePath.TryParse(text, out var path, out _) || kind is FileKind.Link or FileKind.Other
                    || !isOurs(path, kind == FileKind.Directory))
                    return new FolderInTheWay([], text);
                if (kind == FileKind.Directory)
                    folders.Add(path);
            }
        }

        return new FolderInTheWay([.. folders.OrderByDescending(path => path)], Stranger: null);
    }
}
