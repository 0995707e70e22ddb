namespace AppUpdater.Tests.Architecture;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    internal static string At(string relative) => Path.Join(Root, relative);

    internal static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(At(folder), "*.cs", SearchOption.AllDirectories).Where(file => !IsBuildOutput(file));

    /// <summary>A path as a message shows it.</summary>
    internal static string Show(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static bool IsBuildOutput(string file) => Show(file).Split('/') is var parts && (parts.Contains("obj") || parts.Contains("bin"));

    private static string Find()
    {
        // Paths in the assembly are mapped (deterministic builds), so CallerFilePath does not lead here.
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Join(folder, "AppUpdater.sln")))
                return folder;
        }

        throw new InvalidOperationException($"No AppUpdater.sln above {AppContext.BaseDirectory}.");
    }
}
