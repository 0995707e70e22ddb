using System.Globalization;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>
/// A cycle that did not end, as its journal has it: transfers that began and have no end, and what ended in folders that were not told to be
/// done. What became of it the next plan tells. Pure.
/// </summary>
internal sealed class CutCycle
{
    private readonly Dictionary<string, LogEntry> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly HashSet<string> _foldersDone = new(StringComparer.Ordinal);

    internal static CutCycle None { get; } = new();

    /// <summary>When it began; far back where nothing says.</summary>
    internal DateTimeOffset Since { get; private set; } = DateTimeOffset.MaxValue;

    internal static CutCycle Of(IEnumerable<LogEntry> entries)
    {
        var cycle = new CutCycle();
        foreach (var entry in entries)
            cycle.Take(entry);
        return cycle;
    }

    /// <summary>
    /// What is to be told now, as far as no log tells it: transfers that turned out to be in place, or were cut off, and folders in which nothing
    /// is left to do. Each with the time from which on a log may tell it already.
    /// </summary>
    internal IReadOnlyList<(LogEntry Entry, DateTimeOffset Since)> Outcome(MirrorPlan plan, DateTimeOffset now)
    {
        var told = new List<(LogEntry, DateTimeOffset)>();
        var ended = new HashSet<string>(_ended, StringComparer.Ordinal);
        foreach (var (path, begun) in _begun.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (IsInPlace(plan, path))
            {
                ended.Add(path);
                told.Add((new LogEntry(now, LogEvent.End, path, LogState.Ok, "It was in place after a run that was cut off.") { Bytes = begun.Bytes }, begun.At));
            }
            else
            {
                told.Add((new LogEntry(now, LogEvent.End, path, LogState.Stopped, "The run was cut off."), begun.At));
            }
        }

        var open = Open(plan);
        var done = ended.SelectMany(Above).Distinct(StringComparer.Ordinal).Where(folder => !_foldersDone.Contains(folder) && !open.Contains(folder));
        told.AddRange(done.OrderByDescending(folder => folder, StringComparer.Ordinal)
            .Select(folder => (new LogEntry(now, LogEvent.FolderDone, folder, LogState.Ok, "It was done after a run that was cut off."), Since)));
        return told;
    }

    private void Take(LogEntry entry)
    {
        Since = entry.At < Since ? entry.At : Since;
        if (entry is { Event: LogEvent.FolderDone, Path: { } folder })
        {
            _foldersDone.Add(folder);
        }
        else if (entry is { Event: LogEvent.Start, Path: { } begun })
        {
            _begun[begun] = entry with { Bytes = BytesIn(entry.Reason), Reason = null };
            _ended.Remove(begun);
            _foldersDone.ExceptWith(Above(begun));
        }
        else if (entry.Path is { } path)
        {
            _begun.Remove(path);
            _ended.Add(path);
        }
    }

    private static long? BytesIn(string? reason) =>
        reason is not null && reason.StartsWith("bytes=", StringComparison.Ordinal)
        && long.TryParse(reason.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    private static bool IsInPlace(MirrorPlan plan, string path) => RelativePath.TryParse(path, out var known, out _) && plan.Details.InPlace.Contains(known);

    /// <summary>Folders in which something is left to do, waits, or failed.</summary>
    private static HashSet<string> Open(MirrorPlan plan)
    {
        var open = plan.Actions.SelectMany(action => Above(action.Path.Value))
            .Concat(plan.Failures.Where(failure => failure.Path is not null).SelectMany(failure => Above(failure.Path!.Value).Append(failure.Path!.Value)))
            .Concat(plan.Details.Open.Select(folder => folder.Value))
            .ToHashSet(StringComparer.Ordinal);
        if (plan.Details.IsTopOpen || plan.Failures.Length > 0)
            open.Add(LogEntry.Top);
        return open;
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var cut = path.LastIndexOf('/'); cut > 0; cut = path.LastIndexOf('/', cut - 1))
            yield return path[..cut];
        yield return LogEntry.Top;
    }
}
