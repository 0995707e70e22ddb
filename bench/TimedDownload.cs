namespace AppUpdater.Bench;

/// <summary>A download into a fresh folder, of which nothing is left to be written when the next one begins.</summary>
internal static class TimedDownload
{
    /// <summary>How long it took, in seconds.</summary>
    /// <exception cref="InvalidOperationException">Not as many files arrived as were to.</exception>
    internal static async Task<double> RunAsync(BenchFolder folder, int files, Func<string, Task<TimeSpan>> download, CancellationToken ct)
    {
        var into = folder["fetched"];
        var took = await download(into);
        var arrived = Directory.GetFiles(into, "*", SearchOption.AllDirectories).Length;
        if (arrived != files)
            throw new InvalidOperationException($"{arrived} files arrived, not {files}.");
        Directory.Delete(into, recursive: true);
        await Programs.RunAsync("sync", [], ct);
        return took.TotalSeconds;
    }
}
