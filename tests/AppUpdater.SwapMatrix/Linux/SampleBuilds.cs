using System.Diagnostics;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>
/// The sample app in two versions, as <c>dotnet publish</c> leaves them: its executable, the SDK's apphost, does not change between them.
/// Built where the sources are newer.
/// </summary>
internal static class SampleBuilds
{
    internal static async Task<string> OfAsync(string version, CancellationToken ct)
    {
        var root = RepositoryRoot();
        var folder = Path.Join(root, "artifacts", "sample", version);
        // What the matrix itself is built from is as new as all that the sample is built from.
        var stamp = Path.Join(folder, "AppUpdater.Core.dll");
        var ours = Path.Join(AppContext.BaseDirectory, "AppUpdater.Core.dll");
        if (!File.Exists(stamp) || File.GetLastWriteTimeUtc(stamp) < File.GetLastWriteTimeUtc(ours))
            await BuildAsync(root, version, folder, ct);
        return folder;
    }

    private static async Task BuildAsync(string root, string version, string folder, CancellationToken ct)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        // As this program was built, so that nothing else is built anew.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Join(root, "samples", "SampleApp"), "-c", configuration, "-o", folder, $"-p:SampleVersion={version}",
            "-v", "quiet", "--nologo",
        ]) { UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name); // what "dotnet run" sets for itself would steer this build
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var build = Process.Start(start)!;
        await build.WaitForExitAsync(ct);
        if (build.ExitCode != 0)
            throw new InvalidOperationException($"The sample app {version} could not be built.");
        File.Delete(Path.Join(folder, "dato.ini"));
    }

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
