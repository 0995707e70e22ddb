namespace AppUpdater.Transport.Folder;

/// <summary>Where things lie: below the location, through no link.</summary>
internal static class FolderPaths
{
    /// <exception cref="UntrustedException">A folder on the way is a link, which may lead anywhere.</exception>
    internal static string Below(RemoteLocation location, RelativePath path)
    {
        for (var folder = path.Parent; folder is { } next; folder = next.Parent)
            ThrowIfLink(new DirectoryInfo(next.Under(location.Path)));
        return path.Under(location.Path);
    }

    /// <exception cref="UntrustedException">It is a link.</exception>
    internal static void ThrowIfLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null)
            throw new UntrustedException($"{entry.FullName} is a symbolic link, which is never followed.");
    }

    /// <summary>
    /// Renames over what has the new name, in one step (rename, MoveFileEx with MOVEFILE_REPLACE_EXISTING). Below one location, so that
    /// nothing is copied across volumes, which is why the install itself must not use this.
    /// </summary>
    internal static void Replace(FileInfo file, string target)
    {
        ThrowIfLink(file);
        file.MoveTo(target, overwrite: true);
    }
}
