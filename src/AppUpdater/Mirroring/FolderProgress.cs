using AppUpdater.Releases;

namespace AppUpdater.Mirroring;

/// <summary>
/// Knows when all that was to be done in a folder, and below it, is done. A folder in which something has to wait is not done at all. For one
/// caller at a time.
/// </summary>
internal sealed class FolderProgress
{
    private readonly Dictionary<string, (int Left, int Failed)> _folders = new(StringComparer.Ordinal);
    private readonly PlanDetails _details;

    internal FolderProgress(MirrorPlan plan)
    {
        _details = plan.Details;
        foreach (var action in plan.Actions)
        {
            foreach (var folder in Above(action.Path))
                _folders[folder] = (_folders.GetValueOrDefault(folder).Left + 1, 0);
        }
    }

    /// <summary>The folders that are done with this, innermost first, and how many things in each failed. Null is the top folder.</summary>
    internal IReadOnlyList<(RelativePath? Folder, int Failed)> Done(RelativePath path, bool isSuccess)
    {
        var done = new List<(RelativePath?, int)>();
        foreach (var folder in Above(path))
        {
            var (left, failed) = _folders.GetValueOrDefault(folder);
            _folders[folder] = (left - 1, failed += isSuccess ? 0 : 1);
            if (left == 1)
                done.Add((folder.Length == 0 ? null : RelativePath.Parse(folder), failed));
        }

        done.RemoveAll(folder => folder.Item1 is { } path ? _details.Open.Contains(path) : _details.IsTopOpen);
        return done;
    }

    private static IEnumerable<string> Above(RelativePath path) => path.Folders().Select(folder => folder.Value).Append("");
}
