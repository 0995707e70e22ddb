namespace AppUpdater.Staging;

/// <summary>
/// Which range each reader has: those that wait, then the later half of what another reader has left. Connections don't share a line evenly,
/// and the last of them would end alone on it. Thread-safe.
/// </summary>
/// <remarks>
/// At every moment a blob is in one range only, and in every range that was handed out the blob being read stays. It changes hands in one step
/// under the gate, out of a range that has not begun it and into one that is handed out with it. What a range keeps after its first look it
/// keeps for good. Whoever was handed a range brings all that it still has, or ends the fetch: so nothing is read twice and nothing forgotten,
/// wherever a cut meets an end or a failure.
/// </remarks>
/// <param name="ranges">In the order to read them; each blob once.</param>
internal sealed class RunningRanges(IEnumerable<PackRange> ranges)
{
    /// <summary>
    /// What a cut must gain, in bytes: on either side so many are left. A request takes a few round trips and begins slowly, and of 100 Mbit/s
    /// this is what comes in one of 20 ms.
    /// </summary>
    internal const long LeastGain = 256 * 1024;

    private readonly Queue<PackRange> _waiting = new(ranges);
    private readonly List<RunningRange> _running = [];
    private int _most;

    internal Lock Gate { get; } = new();

    /// <summary>What to read next; null where nothing is left that would be worth it.</summary>
    /// <param name="ended">What the caller had before, all of it brought; null at its start.</param>
    internal RunningRange? Next(RunningRange? ended)
    {
        lock (Gate)
        {
            if (ended is not null)
                _running.Remove(ended);
            if ((_waiting.TryDequeue(out var waiting) ? waiting : LaterHalf()) is not { } range)
                return null;
            var next = new RunningRange(this, range);
            _running.Add(next);
            return next;
        }
    }

    /// <summary>What is read once more, or from another place, is not shared: who read it first knows what failed there.</summary>
    internal RunningRange Again(PackRange range) => new(this, range);

    /// <summary>A range began to receive, or broke off. Within the gate.</summary>
    internal void Count(bool isBreak)
    {
        var receiving = _running.Count(range => range.IsReceiving);
        _most = isBreak ? receiving : Math.Max(_most, receiving);
    }

    /// <summary>
    /// Not while as many are on their way as ever received at once since the last break: a server that gives fewer connections lets the others
    /// wait, and one range more would wait with them.
    /// </summary>
    private PackRange? LaterHalf()
    {
        if (_running.Count == 0 || _running.Count >= _most)
            return null;
        var (range, (cut, gain)) = _running.Select(range => (range, range.Middle())).MaxBy(found => found.Item2.Gain);
        return gain < LeastGain ? null : range.CutAt(cut);
    }
}
