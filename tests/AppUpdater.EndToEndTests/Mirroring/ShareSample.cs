namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>
/// A real mix of small files, names and times: the same 5,000 files in the same 400 folders of /usr/share each time, as long as nothing is
/// installed; fewer where there are not so many.
/// </summary>
internal static class ShareSample
{
    internal const int Files = 5_000;

    private const string Share = "/usr/share";
    private const int Folders = 400;
    private const int FewestInFolder = 5;

    // So that no run takes more than 150 MB.
    private const long LargestFile = 30_000;

    /// <summary>Lays it out; the number of files and folders there are.</summary>
    internal static (int Files, int Folders) LayOut(string root)
    {
        var folders = new DirectoryInfo(Share).EnumerateDirectories("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
            .Where(folder => IsPath(folder.FullName)).OrderBy(folder => folder.FullName, StringComparer.Ordinal)
            .Select(folder => folder.EnumerateFiles().Where(Suits).OrderBy(file => file.Name, StringComparer.Ordinal).ToArray())
            .Where(files => files.Length >= FewestInFolder).ToList();
        var chosen = Enumerable.Range(0, Math.Min(Folders, folders.Count)).Select(i => folders[(int)((long)i * folders.Count / Math.Min(Folders, folders.Count))]).ToList();

        // One of each folder, then a second of each, until there are enough.
        var files = Enumerable.Range(0, chosen.Max(folder => folder.Length)).SelectMany(i => chosen.Where(folder => i < folder.Length).Select(folder => folder[i])).Take(Files).ToList();
        foreach (var file in files)
        {
            var target = Path.Join(root, Path.GetRelativePath(Share, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        return (files.Count, files.Select(file => file.DirectoryName).Distinct().Count());
    }

    private static bool Suits(FileInfo file) => file.LinkTarget is null && file.Length <= LargestFile && IsPath(file.FullName);

    private static bool IsPath(string path) => RelativePath.TryParse(Path.GetRelativePath(Share, path), out _, out _);
}
