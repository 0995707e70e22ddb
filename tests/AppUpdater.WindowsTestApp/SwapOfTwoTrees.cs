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

    internal static void Prepare(string install, string release, string bootstrapper, string confirm, string seconds)
    {
        var layout = new InstallLayout(Path.GetFullPath(install));
        var (old, wanted) = (Tree.Of(layout.Root), Tree.Of(Path.GetFullPath(release)));
        var place = new List<FileToPlace>();
        foreach (var (path, file) in wanted.Files)
        {
            var hash = HashOf(file);
            var before = old.Files.TryGetValue(path, out var there) ? HashOf(there) : null;
            if (hash == before)
                continue;
            var staged = RelativePath.Parse(path).Under(layout.Staging);
            Directory.CreateDirectory(Path.GetDirectoryName(staged)!);
            File.Copy(file, staged);
            place.Add(new FileToPlace(RelativePath.Parse(path), staged, hash, before, Mode: null, Modified: null));
        }

        var remove = old.Files.Where(file => !wanted.Files.ContainsKey(file.Key)).Select(file => new FileToRemove(RelativePath.Parse(file.Key), HashOf(file.Value)));
        var request = new SwapRequest(Header(confirm, seconds), [.. place], [.. remove], Paths(old.Folders.Except(wanted.Folders, Tree.Comparer)), Path.GetFullPath(bootstrapper))
        {
            FoldersToCreate = Paths(wanted.Folders.Except(old.Folders, Tree.Comparer)),
            CaseChanges = [.. wanted.Names().Select(name => CaseChange(name, old)).OfType<CaseChange>()],
        };
        new SwapStore(DurableFiles.ForThisSystem(), layout).Prepare(request);
        Directory.Delete(layout.Staging, recursive: true);
    }

    private static ImmutableArray<RelativePath> Paths(IEnumerable<string> paths) => [.. paths.Select(RelativePath.Parse)];

    private static CaseChange? CaseChange(string wanted, Tree old)
    {
        var to = RelativePath.Parse(wanted);
        var there = old.Names().FirstOrDefault(name => Tree.Comparer.Equals(name, wanted));
        var name = there is null ? to.Name : RelativePath.Parse(there).Name;
        return name == to.Name ? null : new CaseChange(to.Parent is { } parent ? parent.Append(name) : RelativePath.Parse(name), to);
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

    private static ContentHash HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return ContentHash.Of(stream);
    }

    /// <summary>What of a folder is the app's: its files by path, and its folders. Names are compared as Windows does.</summary>
    private sealed record Tree(Dictionary<string, string> Files, string[] Folders)
    {
        internal static readonly StringComparer Comparer = StringComparer.OrdinalIgnoreCase;

        internal static Tree Of(string root) => new(
            Below(root, Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)).ToDictionary(path => path, path => Path.Join(root, path), Comparer),
            [.. Below(root, Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))]);

        internal IEnumerable<string> Names() => Folders.Concat(Files.Keys);

        private static IEnumerable<string> Below(string root, IEnumerable<string> found) =>
            found.Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Where(path => !IsAnothers(path));

        /// <summary>The updater's own, and what the users have and no release knows.</summary>
        private static bool IsAnothers(string path) => path.Split('/')[0] is RelativePath.OwnFolder or "saves" or "notes.txt" or "dato.ini";
    }
}
