using System.Globalization;
using System.Security.Cryptography;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>A folder as a mirror is to keep it: each file's name and bytes, each folder, and nothing of the mirror's own.</summary>
internal static class MirroredTree
{
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    /// <summary>A line for everything in it, in order.</summary>
    internal static IReadOnlyList<string> Of(string root) =>
        [.. Entries(root).Select(entry => entry is FileInfo file ? $"{Name(root, file)} {Hash(file)}" : $"{Name(root, entry)}/").Order(StringComparer.Ordinal)];

    /// <summary>Every file under its final name.</summary>
    internal static HashSet<string> Names(string root) =>
        [.. Entries(root).OfType<FileInfo>().Where(file => !file.Name.EndsWith(".uploading", StringComparison.Ordinal)).Select(file => Name(root, file))];

    internal static void AssertEqual(string one, string other, string what)
    {
        var (here, there) = (Of(one), Of(other));
        var apart = here.Except(there).Select(line => "< " + line).Concat(there.Except(here).Select(line => "> " + line)).Take(20).ToList();
        Assert.True(apart.Count == 0, string.Create(CultureInfo.InvariantCulture, $"{what}: {one} (<) and {other} (>) differ:\n{string.Join('\n', apart)}"));
        Assert.Equal(here.Count, there.Count);
    }

    private static IEnumerable<FileSystemInfo> Entries(string root)
    {
        var own = Path.Join(root, ".appupdater");
        return new DirectoryInfo(root).EnumerateFileSystemInfos("*", All).Where(entry => !entry.FullName.StartsWith(own, StringComparison.Ordinal));
    }

    private static string Name(string root, FileSystemInfo entry) => Path.GetRelativePath(root, entry.FullName);

    private static string Hash(FileInfo file)
    {
        using var content = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexString(SHA256.HashData(content));
    }
}
