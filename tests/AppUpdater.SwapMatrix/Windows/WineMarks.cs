namespace AppUpdater.SwapMatrix.Windows;

/// <summary>
/// Files that are read-only and hidden, the entry among them. They are marked in the scene itself: a copy of a tree would lose it.
/// </summary>
internal sealed class WineMarks(Wine wine, string tool)
{
    private static readonly string[] Marked = [WineTrees.Entry, "library.dll", "data.txt", "sub/data.txt", Removed];

    private const string Removed = "gone/only.txt";

    /// <param name="scene">An install without a swap.</param>
    /// <param name="prepare">Prepares the swap.</param>
    /// <param name="scenario">Carries it out, and says what is wrong with its end.</param>
    /// <param name="ct">Ends the case.</param>
    internal async Task<string?> KeptAsync(WineScene scene, Func<CancellationToken, Task> prepare, Func<WineScene, CancellationToken, Task<string?>> scenario, CancellationToken ct)
    {
        await wine.RunAsync(Wine.Windows(tool), ["mark", .. Marked.Select(path => Wine.Windows(Path.Join(scene.Layout.Root, path)))], ct).ConfigureAwait(false);
        var before = await ReadAsync(scene, ct).ConfigureAwait(false);
        if (!before.Select(line => line.Split(' ')[0]).SequenceEqual(Marked.Order(StringComparer.Ordinal)))
            return $"Wine did not mark the files: {string.Join(", ", before)}";
        await prepare(ct).ConfigureAwait(false);
        if (await scenario(scene, ct).ConfigureAwait(false) is { } problem)
            return problem;
        var after = await ReadAsync(scene, ct).ConfigureAwait(false);
        var expected = scene.Tree() == "old" ? before : [.. before.Where(line => !line.StartsWith(Removed, StringComparison.Ordinal))];
        return after.SequenceEqual(expected) ? null : $"marked were {string.Join(", ", before)}, and now {string.Join(", ", after)}";
    }

    private async Task<string[]> ReadAsync(WineScene scene, CancellationToken ct)
    {
        var told = Path.Join(Path.GetDirectoryName(scene.Layout.Root), "marks.txt");
        var (code, error) = await wine.RunAsync(Wine.Windows(tool), ["marks", Wine.Windows(scene.Layout.Root), Wine.Windows(told)], ct).ConfigureAwait(false);
        return code == 0 ? await File.ReadAllLinesAsync(told, ct).ConfigureAwait(false) : throw new InvalidOperationException($"The attributes can't be read ({code}): {error}");
    }
}
