using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Planning;

/// <summary>
/// A folder whose name a file is to take: it and the folders in it, deepest first, and the first thing there that is not the app's,
/// by its path in the install; null where all of it is. A folder that is not the app's is named by the first file in it, and by itself
/// where it has none.
/// </summary>
internal sealed record FolderInTheWay(ImmutableArray<RelativePath> Folders, string? Stranger)
{
    /// <param name="layout">The install.</param>
    /// <param name="files">Its disk.</param>
    /// <param name="folder">A folder that is there.</param>
    /// <param name="isOurs">Asked of the folder and of each entry: its path, and whether it is a folder.</param>
    /// <exception cref="InstallException">A folder can't be read.</exception>
    internal static FolderInTheWay Read(InstallLayout layout, IDurableFiles files, RelativePath folder, Func<RelativePath, bool, bool> isOurs)
    {
        if (!isOurs(folder, true))
            return Strange(FirstFile(layout, files, folder.Value) ?? folder.Value);
        var folders = new List<RelativePath> { folder };
        for (var next = 0; next < folders.Count; next++)
        {
            foreach (var (text, kind) in Entries(layout, files, folders[next].Value))
            {
                var isFolder = kind == FileKind.Directory;
                if (!RelativePath.TryParse(text, out var path, out _) || kind is FileKind.Link or FileKind.Other || !isOurs(path, isFolder))
                    return Strange((isFolder ? FirstFile(layout, files, text) : null) ?? text);
                if (isFolder)
                    folders.Add(path);
            }
        }

        return new FolderInTheWay([.. folders.OrderByDescending(path => path)], Stranger: null);
    }

    private static FolderInTheWay Strange(string path) => new([], path);

    private static string? FirstFile(InstallLayout layout, IDurableFiles files, string folder)
    {
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var here))
        {
            var entries = Entries(layout, files, here);
            if (entries.FirstOrDefault(entry => entry.Kind != FileKind.Directory).Path is { } file)
                return file;
            foreach (var (inner, _) in entries.Reverse())
                open.Push(inner);
        }

        return null;
    }

    private static (string Path, FileKind? Kind)[] Entries(InstallLayout layout, IDurableFiles files, string folder)
    {
        var full = Path.Join(layout.Root, folder);
        try
        {
            return [.. files.List(full).Order(StringComparer.Ordinal).Select(entry => ($"{folder}/{Path.GetFileName(entry)}", files.Stat(entry)?.Kind))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"\"{full}\" can't be read, and a file of the release is to take its place: {failure.Message}", failure);
        }
    }
}
