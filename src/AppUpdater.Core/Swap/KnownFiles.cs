using System.Collections.Concurrent;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>
/// What this process has read: the hash of a file for as long as it is provably the same one, by volume, inode, length, time of change and
/// ctime. Anything else is not known and must be read. Where the system tells no identity, or ctime in whole seconds, nothing is ever known.
/// </summary>
internal sealed class KnownFiles(IDurableFiles files, TimeProvider clock)
{
    /// <summary>Below it threads cost more than they win.</summary>
    private const long WorthThreads = 1024 * 1024;

    private const int MostThreads = 4;

    /// <summary>A file system keeps time in steps (FAT: 2 s); a file written just now could be written again in the same one.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<(ulong Volume, ulong Number), Reading> _readings = [];

    /// <summary>The hash of the file that these facts were told of, or null where it must be read.</summary>
    internal ContentHash? Find(FileFacts facts) =>
        Tells(facts, out var id) && _readings.TryGetValue((id.Volume, id.Number), out var reading)
        && reading.Facts.Identity == id && reading.IsOf(facts) ? reading.Hash : null;

    /// <summary>As <see cref="Find(FileFacts)"/>; null also where the file can't be looked at.</summary>
    internal ContentHash? Find(string path) => Facts(path) is { } facts ? Find(facts) : null;

    internal void Forget() => _readings.Clear();

    /// <summary>Reads the files that are not known, several at once where there is much to read. What can't be read stays unknown.</summary>
    internal void Learn(IReadOnlyList<string> paths, Func<string, ContentHash> read) => Learn(paths, read, tooNew: null);

    /// <summary>
    /// As <see cref="Learn(IReadOnlyList{string}, Func{string, ContentHash})"/>, with what is too new to be known for longer: for one look right
    /// after this, which would find the same if it read the file itself.
    /// </summary>
    internal ConcurrentDictionary<string, Reading> LearnForNow(IReadOnlyList<string> paths, Func<string, ContentHash> read)
    {
        var tooNew = new ConcurrentDictionary<string, Reading>(StringComparer.Ordinal);
        Learn(paths, read, tooNew);
        return tooNew;
    }

    private void Learn(IReadOnlyList<string> paths, Func<string, ContentHash> read, ConcurrentDictionary<string, Reading>? tooNew)
    {
        var unknown = new List<(string Path, FileFacts Facts)>();
        var bytes = 0L;
        foreach (var path in paths)
        {
            if (Facts(path) is not { Kind: FileKind.File } facts || !Tells(facts, out _) || Find(facts) is not null || (tooNew is null && IsTooNew(facts)))
                continue;
            unknown.Add((path, facts));
            bytes += facts.Length;
        }

        // The longest first: none is left to one thread while the others have nothing to do.
        unknown.Sort((one, other) => other.Facts.Length.CompareTo(one.Facts.Length));
        var next = -1;
        void ReadOn()
        {
            for (int index; (index = Interlocked.Increment(ref next)) < unknown.Count;)
                TryLearn(unknown[index].Path, unknown[index].Facts, read, tooNew);
        }

        var others = new List<Thread>();
        while (bytes >= WorthThreads && others.Count + 1 < Math.Min(unknown.Count, Math.Min(Environment.ProcessorCount, MostThreads)))
        {
            others.Add(new Thread(ReadOn));
            others[^1].Start();
        }

        ReadOn();
        foreach (var other in others)
            other.Join();
    }

    /// <summary>A rename or link of ours changed ctime and nothing else.</summary>
    internal void Follow(string path)
    {
        if (files.Stat(path) is { Kind: FileKind.File, Identity: { } id } facts
            && _readings.TryGetValue((id.Volume, id.Number), out var reading) && reading.IsOf(facts))
            _readings[(id.Volume, id.Number)] = reading with { Facts = facts };
    }

    /// <summary>
    /// FAT and SFTP have no ctime: what stands for it there is the time of change, in seconds, which an editor may set back.
    /// </summary>
    private static bool Tells(FileFacts facts, out FileIdentity id)
    {
        id = facts.Identity.GetValueOrDefault();
        return facts.Identity is not null && id.Changed % TimeSpan.TicksPerSecond != 0;
    }

    private FileFacts? Facts(string path)
    {
        try
        {
            return files.Stat(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // as in TryLearn
        }
    }

    private void TryLearn(string path, FileFacts facts, Func<string, ContentHash> read, ConcurrentDictionary<string, Reading>? tooNew)
    {
        // By what it was when its reading began.
        var isTooNew = IsTooNew(facts);
        try
        {
            var hash = read(path);
            if (files.Stat(path) is { Kind: FileKind.File } after && after.Identity == facts.Identity && facts.Identity is { } id)
            {
                var reading = new Reading(facts, hash);
                if (!reading.IsOf(after))
                    return;
                if (isTooNew)
                    tooNew?.TryAdd(path, reading);
                else
                    _readings[(id.Volume, id.Number)] = reading;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // whoever looks at it meets the failure, and decides whether to try again
        }
    }

    private bool IsTooNew(FileFacts facts) => (clock.GetUtcNow() - facts.Modified).Duration() < Settled;

    /// <summary>What a file held while these were its facts.</summary>
    internal sealed record Reading(FileFacts Facts, ContentHash Hash)
    {
        internal bool IsOf(FileFacts facts) => facts.Length == Facts.Length && facts.Modified == Facts.Modified;
    }
}
