using System.Security.Cryptography;
using System.Text;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>
/// The two versions of the app and what is the user's. Every file of a version ends with its mark, so that the app itself sees when it
/// is started in a mixed tree. One path is so long that with the install's own it is beyond 260 characters; a file and a folder change
/// the case of their names, a file becomes a folder and the reverse, and folders without files come and go.
/// </summary>
internal sealed class WineTrees(string root, WindowsBuilds builds)
{
    internal const string Entry = "app.exe";

    /// <summary>A file of the release that the app itself does not read, far down.</summary>
    internal static readonly string Long = $"deep/{new string('a', 100)}/{new string('b', 100)}/a long way down.txt";

    private readonly byte[] _program = File.ReadAllBytes(builds.App);

    // Any image does for a library: no code of it is run.
    private readonly byte[] _library = File.ReadAllBytes(Path.Join(AppContext.BaseDirectory, "AppUpdater.Core.dll"));

    internal string Old => Path.Join(root, "old");

    /// <summary>The new version that behaves so (see the test app).</summary>
    internal string New(string behaviour)
    {
        var folder = Path.Join(root, "new " + behaviour);
        if (!Directory.Exists(folder))
        {
            WriteVersion(folder, "[2.0]", behaviour);
            Write(folder, "more/deep/added.txt", "added [2.0]");
            Write(folder, "readme.txt", "the same in both");
            Write(folder, "docs/Guide.txt", "guide of [2.0]");
            Write(folder, "kind/inner.txt", "in a folder [2.0]");
            Write(folder, "turn", "a file [2.0]");
            Directory.CreateDirectory(Path.Join(folder, "plugins", "user"));
        }

        return folder;
    }

    internal void WriteOld()
    {
        WriteVersion(Old, "[1.0]", "exit 0");
        Write(Old, "gone/only.txt", "only in [1.0]");
        Write(Old, "README.TXT", "the same in both");
        Write(Old, "Docs/guide.txt", "guide of [1.0]");
        Write(Old, "kind", "a file [1.0]");
        Write(Old, "turn/inner.txt", "in a folder [1.0]");
        Directory.CreateDirectory(Path.Join(Old, "cache", "deep"));
    }

    internal static void WriteUsers(string install)
    {
        Write(install, "saves/game.sav", "the user's");
        Write(install, "notes.txt", "the user's, too");
    }

    /// <summary>The mark behind it tells the old from a new one of the same behaviour.</summary>
    internal static void WriteBehaviour(string folder, string behaviour, string mark) => Write(folder, "behaviour.txt", $"{behaviour} {mark}");

    /// <summary>
    /// Every file of a tree with its hash, and every folder; the updater's own is left out. Names are compared as Windows does: Wine takes
    /// a rename to another case for done and leaves the name as it is. Two names that differ in case alone fail here.
    /// </summary>
    internal static SortedDictionary<string, string> Read(string folder)
    {
        var found = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, entry);
            if (!path.StartsWith(RelativePath.OwnFolder, StringComparison.Ordinal))
                found.Add(path, Directory.Exists(entry) ? "folder" : HashOf(entry));
        }

        return found;
    }

    /// <summary>A version's tree with the user's files in it.</summary>
    internal static SortedDictionary<string, string> WithUsers(string version, string install)
    {
        var tree = Read(version);
        foreach (var (path, hash) in Read(install).Where(file => file.Key.Split('/')[0] is "saves" or "notes.txt" or "dato.ini"))
            tree[path] = hash;
        return tree;
    }

    /// <summary>In which files two trees differ; empty where they are the same.</summary>
    internal static string Difference(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> found) =>
        string.Join(", ", expected.Keys.Union(found.Keys, StringComparer.OrdinalIgnoreCase).Where(path => expected.GetValueOrDefault(path) != found.GetValueOrDefault(path)).Select(Short));

    internal static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Short(string path) => path.Length > 40 ? path[..20] + "…" + path[^20..] : path;

    private void WriteVersion(string folder, string mark, string behaviour)
    {
        Write(folder, Entry, _program, mark);
        Write(folder, "library.dll", _library, mark);
        Write(folder, "data.txt", "data of " + mark);
        Write(folder, "sub/data.txt", "more data of " + mark);
        Write(folder, Long, "far away in " + mark);
        WriteBehaviour(folder, behaviour, mark);
    }

    private static void Write(string folder, string path, string text) => Write(folder, path, [], text);

    private static void Write(string folder, string path, byte[] content, string text)
    {
        var file = Path.Join(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, [.. content, .. Encoding.UTF8.GetBytes(text)]);
    }
}
