namespace AppUpdater.Mirroring;

/// <summary>Finds files that somebody still writes to: what was written lately is looked at twice.</summary>
internal static class StillRules
{
    internal static async Task<LocalTree> LookAsync(MirrorSetup setup, MirrorState state, LocalTree tree, CancellationToken ct)
    {
        var clock = setup.Options.Clock;

        // A time of the future says nothing of how long ago that was.
        var recently = clock.GetUtcNow() - setup.Options.Stillness;
        var recent = tree.Files.Where(file => file.Value.Modified > recently && !IsKnown(state, file.Key, file.Value)).ToList();
        if (recent.Count == 0)
            return tree;
        await Task.Delay(setup.Options.Stillness, clock, ct).ConfigureAwait(false);
        var unstill = recent.Where(file => HasMoved(setup, file.Key, file.Value)).Select(file => file.Key).ToHashSet();
        return unstill.Count == 0 ? tree : tree with { Unstill = unstill };
    }

    private static bool IsKnown(MirrorState state, RelativePath path, LocalFile file) =>
        state.Files.TryGetValue(path, out var known) && known.Size == file.Size && known.Local == file.Modified;

    private static bool HasMoved(MirrorSetup setup, RelativePath path, LocalFile before)
    {
        var now = new FileInfo(path.Under(setup.Place.Root));
        if (now.LinkTarget is not null && now.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            now = target;
        return !now.Exists || now.Length != before.Size || now.LastWriteTimeUtc != before.Modified.UtcDateTime;
    }
}
