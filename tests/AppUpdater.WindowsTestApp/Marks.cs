namespace AppUpdater.WindowsTestApp;

/// <summary>The attributes of a folder's files that a person or an installer sets.</summary>
internal static class Marks
{
    private const FileAttributes Wanted = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System;

    /// <summary>A line for each file that bears any, in order; the updater's own folder is left out.</summary>
    internal static IEnumerable<string> Of(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true })
            .Select(file => (Path: Path.GetRelativePath(folder, file).Replace('\\', '/'), Attributes: File.GetAttributes(file) & Wanted))
            .Where(file => file.Attributes != 0 && !file.Path.StartsWith(".appupdater/", StringComparison.Ordinal))
            .Select(file => $"{file.Path} {file.Attributes}")
            .Order(StringComparer.Ordinal);
}
