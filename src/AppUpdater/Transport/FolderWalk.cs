using System.Runtime.CompilerServices;

namespace AppUpdater.Transport;

/// <summary>Goes through a tree breadth first, several folders at once, within <see cref="ListingLimits"/>.</summary>
/// <param name="location">For messages.</param>
/// <param name="list">One folder's entries, retried where that may help.</param>
/// <param name="atOnce">Folders listed at the same time.</param>
internal sealed class FolderWalk(RemoteLocation location, Func<RelativePath?, CancellationToken, Task<IReadOnlyList<RemoteEntry>>> list, int atOnce)
{
    internal async IAsyncEnumerable<RemoteEntry> RunAsync(
        RelativePath? folder, Func<RelativePath, bool> enter, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var waiting = new Queue<(RelativePath? Path, int Depth)>([(folder, 0)]);
        var running = new List<Task<(IReadOnlyList<RemoteEntry> Entries, int Depth)>>();
        var count = 0;
        try
        {
            while (waiting.Count > 0 || running.Count > 0)
            {
                while (running.Count < atOnce && waiting.TryDequeue(out var next))
                    running.Add(ListAsync(next.Path, next.Depth, stop.Token));
                var done = await Task.WhenAny(running).ConfigureAwait(false);
                running.Remove(done);
                var (entries, depth) = await done.ConfigureAwait(false);
                count += entries.Count;
                if (count > ListingLimits.MaxEntries)
                    throw new UntrustedException($"{location} lists more than {ListingLimits.MaxEntries:N0} entries.");
                foreach (var entry in entries)
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

    private async Task<(IReadOnlyList<RemoteEntry> Entries, int Depth)> ListAsync(RelativePath? folder, int depth, CancellationToken ct) =>
        (await list(folder, ct).ConfigureAwait(false), depth);

    private int Below(RelativePath path, int depth) => depth < ListingLimits.MaxDepth
        ? depth + 1
        : throw new UntrustedException($"{location} has folders more than {ListingLimits.MaxDepth} deep, such as {path}.");
}
