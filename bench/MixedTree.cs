namespace AppUpdater.Bench;

/// <summary>A real tree of mixed small files: every so many files of the .NET installation that runs this, the same ones each time.</summary>
internal static class MixedTree
{
    internal const int Files = 1000;

    private const long Largest = 2 * 1024 * 1024;
    private const long Bytes = 70_000_000;

    /// <summary>Lays it out and returns its size in bytes; null where the installation has too few files.</summary>
    internal static long? LayOut(string folder)
    {
        var installation = new FileInfo(typeof(object).Assembly.Location).Directory!.Parent!.Parent!.Parent!;
        var all = installation.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Length is > 0 and <= Largest && file.LinkTarget is null)
            .OrderBy(file => file.FullName, StringComparer.Ordinal).ToList();
        if (all.Count < Files)
            return null;
        var chosen = Enumerable.Range(0, Files).Select(i => all[(int)((long)i * all.Count / Files)]).ToList();

        // Down to about 70 MB: the largest make room for the smallest not yet chosen.
        var spare = new Queue<FileInfo>(all.Except(chosen).OrderBy(file => file.Length).ThenBy(file => file.FullName, StringComparer.Ordinal));
        foreach (var large in chosen.OrderByDescending(file => file.Length).ToList())
        {
            if (chosen.Sum(file => file.Length) <= Bytes || !spare.TryDequeue(out var small))
                break;
            chosen[chosen.IndexOf(large)] = small;
        }

        foreach (var file in chosen)
        {
            var target = Path.Join(folder, Path.GetRelativePath(installation.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
        }

        return chosen.Sum(file => file.Length);
    }
}
