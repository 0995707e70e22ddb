namespace Demo;

/// <summary>Files of a folder, by their relative paths.</summary>
internal static class Tree
{
    internal static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    internal static long Size(string folder) => Files(folder).Sum(file => new FileInfo(Path.Join(folder, file)).Length);

    internal static bool SameBytes(string one, string other) => File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));

    /// <summary>Files of <paramref name="wanted"/> that are missing or other in <paramref name="actual"/>.</summary>
    internal static IReadOnlyList<string> Differences(string wanted, string actual) =>
        [.. Files(wanted).Where(file => !File.Exists(Path.Join(actual, file)) || !SameBytes(Path.Join(wanted, file), Path.Join(actual, file)))];
}
