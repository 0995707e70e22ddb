using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;

namespace AppUpdater.WindowsTestApp;

/// <summary>A swap from an install to the tree of another release, prepared as staging does it, without a server.</summary>
internal static class SwapOfTwoTrees
{
    private static readonly RelativePath Entry = RelativePath.Parse("app.exe");

    /// <summary>The files of the users' own that no release knows.</summary>
    private static bool IsTheUsers(string path) => path.StartsWith("saves/", StringComparison.Ordinal) || path is "notes.txt" or "dato.ini";

    internal static void Prepare(string install, string release, string bootstrapper, string confirm, string seconds)
    {
        var layout = new InstallLayout(Path.GetFullPath(install));
        var old = Tree(layout.Root).Where(file => !file.Key.StartsWith(RelativePath.OwnFolder, StringComparison.Ordinal) && !IsTheUsers(file.Key))
            .ToDictionary();
        var wanted = Tree(Path.GetFullPath(release));
        var place = new List<FileToPlace>();
        foreach (var (path, file) in wanted)
        {
            var hash = HashOf(file);
            var before = old.TryGetValue(path, out var there) ? HashOf(there) : null;
            if (hash == before)
                continue;
            var staged = RelativePath.Parse(path).Under(layout.Staging);
            Directory.CreateDirectory(Path.GetDirectoryName(staged)!);
            File.Copy(file, staged);
            place.Add(new FileToPlace(RelativePath.Parse(path), staged, hash, before, Mode: null, Modified: null));
        }

        var remove = old.Where(file => !wanted.ContainsKey(file.Key)).Select(file => new FileToRemove(RelativePath.Parse(file.Key), HashOf(file.Value))).ToImmutableArray();
        var folders = remove.Select(file => file.Path.Parent).OfType<RelativePath>().Distinct().ToImmutableArray();
        new SwapStore(DurableFiles.ForThisSystem(), layout).Prepare(new SwapRequest(Header(confirm, seconds), [.. place], remove, folders, Path.GetFullPath(bootstrapper)));
        Directory.Delete(layout.Staging, recursive: true);
    }

    private static SwapHeader Header(string confirm, string seconds) => new()
    {
        Id = "s1",
        App = "test",
        From = "1.0",
        To = "2.0",
        Release = "release-2",
        Changed = ChangedFilePolicy.Overwrite,
        Entry = Entry,
        Confirm = confirm == "call" ? ConfirmMode.Call : ConfirmMode.Alive,
        ConfirmWithin = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
        IsRollback = false,
    };

    private static Dictionary<string, string> Tree(string root) =>
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(root, file).Replace('\\', '/'));

    private static ContentHash HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return ContentHash.Of(stream);
    }
}
