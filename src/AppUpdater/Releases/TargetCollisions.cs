using System.Text;

namespace AppUpdater.Releases;

/// <summary>
/// Refuses releases that would not be the same tree on every system: two files, or a file and a folder, whose names differ by nothing
/// or by what some file systems ignore (case, Unicode composition).
/// </summary>
internal static class TargetCollisions
{
    /// <exception cref="UntrustedException">Two entries collide; the message names both.</exception>
    internal static void Check(IReadOnlyList<ReleaseFile> files, IReadOnlyList<ReleaseFolder> empty)
    {
        var taken = new Dictionary<string, ReleaseFile>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!taken.TryAdd(Fold(file.Path), file))
                throw Collision(taken[Fold(file.Path)].RemotePath, new ReleaseFolder(file.RemotePath, file.Path), "both would be");
        }

        // Each folder once, however many files it holds.
        var folders = new Dictionary<string, (RelativePath Folder, ReleaseFolder Entry)>(StringComparer.Ordinal);
        var seen = new HashSet<RelativePath>();
        foreach (var (entry, inner) in files.Select(file => (new ReleaseFolder(file.RemotePath, file.Path), file.Path.Folders()))
            .Concat(empty.Select(folder => (folder, folder.Path.Folders().Prepend(folder.Path)))))
        {
            foreach (var here in inner.TakeWhile(seen.Add))
            {
                var folded = Fold(here);
                if (taken.TryGetValue(folded, out var other))
                    throw Collision(other.RemotePath, entry, "as a file and as a folder, both would be");
                if (!folders.TryAdd(folded, (here, entry)) && folders[folded].Folder != here)
                    throw Collision(folders[folded].Entry.RemotePath, entry, "in folders that differ by case or composition only, would be below");
            }
        }
    }

    /// <summary>What two names have in common that no file system is sure to keep apart.</summary>
    internal static string Fold(RelativePath path)
    {
        try
        {
            return path.Value.Normalize(NormalizationForm.FormC).ToUpperInvariant().Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException failure)
        {
            throw new UntrustedException($"The path {PathRules.Show(path.Value)} is not valid Unicode.", failure);
        }
    }

    private static UntrustedException Collision(RelativePath one, ReleaseFolder other, string how) =>
        new($"{one} and {other.RemotePath} on the server, {how} {other.Path} in the install. "
            + "Rename one, or add it to exclude in version.ini.");
}
