using System.Diagnostics;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>
/// The bootstrapper and the test app for win-x64: trimmed, self-contained, one file each. Published where the sources are newer, which
/// takes a minute.
/// </summary>
internal sealed record WindowsBuilds(string Bootstrapper, string App)
{
    /// <summary>The test app under its own name, as which it holds files; in an install it has the entry's name.</summary>
    internal const string Tool = "AppUpdater.WindowsTestApp.exe";

    internal static async Task<WindowsBuilds> MakeAsync(CancellationToken ct)
    {
        var root = RepositoryRoot();
        var newest = new[] { "src", "tests/AppUpdater.WindowsTestApp" }.SelectMany(folder => Sources(Path.Join(root, folder))).Max(File.GetLastWriteTimeUtc);
        return new WindowsBuilds(
            await MakeAsync(root, "src/AppUpdater.Bootstrapper", newest, ct).ConfigureAwait(false),
            await MakeAsync(root, "tests/AppUpdater.WindowsTestApp", newest, ct).ConfigureAwait(false));
    }

    private static async Task<string> MakeAsync(string root, string project, DateTime newest, CancellationToken ct)
    {
        var folder = Path.Join(root, "artifacts", "wine", Path.GetFileName(project));
        var file = Path.Join(folder, Path.GetFileName(project) + ".exe");
        // The publishing itself leaves an unchanged file as old as it was.
        var stamp = Path.Join(folder, "published");
        if (File.Exists(file) && File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) >= newest)
            return file;
        var begun = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Join(root, project), "-c", "Release", "-r", "win-x64", "--self-contained", "-p:PublishTrimmed=true", "-p:PublishSingleFile=true",
            "-p:PublishReadyToRun=false", "-p:IsPublishWithBuild=true", "-v", "quiet", "-o", folder,
        ]) { UseShellExecute = false })!;
        await publish.WaitForExitAsync(ct).ConfigureAwait(false);
        if (publish.ExitCode != 0 || !File.Exists(file))
            throw new InvalidOperationException($"{project} could not be published for win-x64.");
        await File.WriteAllTextAsync(stamp, "", ct).ConfigureAwait(false);
        File.SetLastWriteTimeUtc(stamp, begun);
        return file;
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string RepositoryRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Join(folder, "AppUpdater.sln")))
                return folder;
        }

        throw new InvalidOperationException("The sources are not above this program.");
    }
}
