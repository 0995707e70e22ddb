using System.Text;

namespace AppUpdater.Releases;

/// <summary>
/// Refuses releases that would not be the same tree on every system: two files, or a file and a folder, whose names differ by nothing
/// or by what some file systems ignore (case, Unicode composition).
/// </summary>
internal static class TargetCollisions
{
    /// <exception cref="UntrustedException">Two entries collide; the message names both.</exception>
    internal static void Check(IReadOnlyList<ReleaseFile> files)
    {
        var taken = new Dictionary<string, ReleaseFile>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!taken.TryAdd(Fold(file.Path), file))
                throw Collision(taken[Fold(file.Path)], file, "both would be");
        }

        // Each folder once, however many files it holds.
        var folders = new Dictionary<string, (RelativePath Folder, ReleaseFile File)>(StringComparer.Ordinal);
        var seen = new HashSet<RelativePath>();
        foreach (var file in files)
        {
            foreach (var here in file.Path.Folders().TakeWhile(seen.Add))
            {
                var folded = Fold(here);
                if (taken.TryGetValue(folded, out var other))
                    throw Collision(other, file, "as a file and as a folder, both would be");
                if (!folders.TryAdd(folded, (here, file)) && folders[folded].Folder != here)
                    throw Collision(folders[folded].File, file, "in folders that differ by case or composition only, would be below");
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

    private static UntrustedException Collision(ReleaseFile one, ReleaseFile other, string how) =>
        new($"{one.RemotePath} and {other.RemotePath} on the server, {how} {other.Path} in the install. "
            + "Rename one, or add it to exclude in version.ini.");
}
