using System.Runtime.CompilerServices;

namespace AppUpdater.Transport;

/// <summary>Goes through a tree breadth first, several folders at once, within <see cref="ListingLimits"/>.</summary>
/// <param name="location">For messages.</param>
/// <param name="list">The entries of some folders, in the order asked, retried where that may help.</param>
/// <param name="atOnce">Such calls at the same time.</param>
internal sealed class FolderWalk(
    RemoteLocation location,
    Func<IReadOnlyList<RelativePath?>, CancellationToken, Task<IReadOnlyList<IReadOnlyList<RemoteEntry>>>> list,
    int atOnce)
{
    /// <summary>For a place that is asked for one folder at a time.</summary>
    internal FolderWalk(RemoteLocation location, Func<RelativePath?, CancellationToken, Task<IReadOnlyList<RemoteEntry>>> list, int atOnce)
        : this(location, async (folders, ct) => [await list(folders[0], ct).ConfigureAwait(false)], atOnce)
    {
    }

    /// <summary>How many folders go into one call, 1 and more: asked each time, since it may be learned on the way.</summary>
    internal Func<int> Together { get; init; } = () => 1;

    /// <summary>Takes the folders below the first that can't be listed; null: such a one ends the walk.</summary>
    internal ListingGaps? Gaps { get; init; }

    internal async IAsyncEnumerable<RemoteEntry> RunAsync(
        RelativePath? folder, Func<RelativePath, bool> enter, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var waiting = new Queue<(RelativePath? Path, int Depth)>([(folder, 0)]);
        var running = new List<Task<(IReadOnlyList<RemoteEntry> Entries, int Depth)[]>>();
        var count = 0;
        try
        {
            while (waiting.Count > 0 || running.Count > 0)
            {
                while (running.Count < atOnce && waiting.Count > 0)
                    running.Add(ListAsync(Take(waiting, Together()), stop.Token));
                var done = await Task.WhenAny(running).ConfigureAwait(false);
                running.Remove(done);
                var listed = await done.ConfigureAwait(false);
                count += listed.Sum(folder => folder.Entries.Count);
                if (count > ListingLimits.MaxEntries)
                    throw new UntrustedException($"{location} lists more than {ListingLimits.MaxEntries:N0} entries.");
                foreach (var (entry, depth) in listed.SelectMany(folder => folder.Entries.Select(entry => (entry, folder.Depth))))
                {
                    if (entry.Kind == RemoteEntryKind.Directory && enter(entry.Path))
                        waiting.Enqueue((entry.Path, Below(entry.Path, depth)));
                    yield return entry;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static (RelativePath? Path, int Depth)[] Take(Queue<(RelativePath? Path, int Depth)> waiting, int most)
    {
        var taken = new (RelativePath? Path, int Depth)[Math.Min(waiting.Count, most)];
        for (var i = 0; i < taken.Length; i++)
            taken[i] = waiting.Dequeue();
        return taken;
    }

    private async Task<(IReadOnlyList<RemoteEntry> Entries, int Depth)[]> ListAsync((RelativePath? Path, int Depth)[] folders, CancellationToken ct)
    {
        try
        {
            var listed = await list(Array.ConvertAll(folders, folder => folder.Path), ct).ConfigureAwait(false);
            return [.. listed.Zip(folders, (entries, folder) => (entries, folder.Depth))];
        }
        catch (UpdateException refusal) when (Gaps is not null && folders is [{ Path: { } folder }] && IsOfFolder(refusal))
        {
            Gaps.AddFolder(folder, refusal);
            return [];
        }
        catch (UpdateException refusal) when (Gaps is not null && folders.Length > 1 && IsOfFolder(refusal))
        {
            // Of several, only asking each tells which it is.
            var each = new List<(IReadOnlyList<RemoteEntry> Entries, int Depth)>();
            foreach (var one in folders)
                each.AddRange(await ListAsync([one], ct).ConfigureAwait(false));
            return [.. each];
        }
    }

    /// <summary>Whether the server speaks of a folder, and not of itself.</summary>
    private static bool IsOfFolder(UpdateException refusal) =>
        refusal is MissingException or UntrustedException or UnreachableException { IsTransient: false };

    private int Below(RelativePath path, int depth) => depth < ListingLimits.MaxDepth
        ? depth + 1
        : throw new UntrustedException($"{location} has folders more than {ListingLimits.MaxDepth} deep, such as {path}.");
}
