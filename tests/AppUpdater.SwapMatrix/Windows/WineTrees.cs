using System.Security.Cryptography;
using System.Text;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>
/// The two versions of the app and what is the user's. Every file of a version ends with its mark, so that the app itself sees when it
/// is started in a mixed tree. One path is so long that with the install's own it is beyond 260 characters.
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
        }

        return folder;
    }

    internal void WriteOld()
    {
        WriteVersion(Old, "[1.0]", "exit 0");
        Write(Old, "gone/only.txt", "only in [1.0]");
    }

    internal static void WriteUsers(string install)
    {
        Write(install, "saves/game.sav", "the user's");
        Write(install, "notes.txt", "the user's, too");
    }

    /// <summary>Every file of a tree with its hash; the updater's own folder is left out.</summary>
    internal static SortedDictionary<string, string> Read(string folder)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, file);
            if (!path.StartsWith(RelativePath.OwnFolder, StringComparison.Ordinal))
                found[path] = HashOf(file);
        }

        return found;
    }

    /// <summary>A version's tree with the user's files in it.</summary>
    internal static SortedDictionary<string, string> WithUsers(string version, string install)
    {
        var tree = Read(version);
        foreach (var (path, hash) in Read(install).Where(file => file.Key.StartsWith("saves/", StringComparison.Ordinal) || file.Key is "notes.txt" or "dato.ini"))
            tree[path] = hash;
        return tree;
    }

    /// <summary>In which files two trees differ; empty where they are the same.</summary>
    internal static string Difference(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> found) =>
        string.Join(", ", expected.Keys.Union(found.Keys).Where(path => expected.GetValueOrDefault(path) != found.GetValueOrDefault(path)).Select(Short));

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
        // The padding tells the old from a new one of the same behaviour.
        Write(folder, "behaviour.txt", $"{behaviour} {mark}");
    }

    private static void Write(string folder, string path, string text) => Write(folder, path, [], text);

    private static void Write(string folder, string path, byte[] content, string text)
    {
        var file = Path.Join(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, [.. content, .. Encoding.UTF8.GetBytes(text)]);
    }
}
