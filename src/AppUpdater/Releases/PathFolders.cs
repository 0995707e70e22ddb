namespace AppUpdater.Releases;

/// <summary>The folders of a path.</summary>
internal static class PathFolders
{
    /// <summary>The folders that hold a path, innermost first.</summary>
    internal static IEnumerable<RelativePath> Folders(this RelativePath path)
    {
        for (var folder = path.Parent; folder is { } here; folder = here.Parent)
            yield return here;
    }
}
