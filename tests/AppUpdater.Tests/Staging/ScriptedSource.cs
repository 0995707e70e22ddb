using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Staging;

/// <summary>A server in memory that does what a test says.</summary>
internal sealed class ScriptedSource : IRemoteSource, IDisposable
{
    internal static readonly DateTimeOffset Time = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private readonly ConcurrentDictionary<RelativePath, (byte[] Content, RemoteTime Time)> _files = new();
    private readonly ConcurrentDictionary<RelativePath, ConcurrentQueue<int>> _cuts = new();

    internal ConcurrentQueue<(RelativePath Path, long Offset)> Opened { get; } = new();
    internal ConcurrentQueue<string> Asked { get; } = new();
    internal Action<RelativePath, long>? OnOpen { get; set; }
    internal Action<RelativePath>? OnStat { get; set; }
    internal Func<Task>? BeforeRead { get; set; }
    internal bool AnnouncesWhatIsLeft { get; set; }
    internal bool TellsNoTimes { get; set; }

    /// <summary>Sends every file from its first byte, wherever it is asked to begin.</summary>
    internal bool IgnoresOffsets { get; set; }

    /// <summary>There, but in no listing.</summary>
    internal HashSet<RelativePath> Hidden { get; } = [];
    internal long BytesSent;

    public RemoteLocation Location { get; set; } = new(RemoteScheme.Ftp, "server.example", 21, "/app");

    internal ScriptedSource Put(string path, byte[] content, DateTimeOffset? time = null)
    {
        _files[RelativePath.Parse(path)] = (content, new RemoteTime(time ?? Time, TimeSpan.FromSeconds(1)));
        return this;
    }

    /// <summary>Folders that the listing shows.</summary>
    internal HashSet<string> Folders { get; } = [];

    internal void Remove(string path) => _files.TryRemove(RelativePath.Parse(path), out _);

    internal byte[] Content(string path) => _files[RelativePath.Parse(path)].Content;

    /// <summary>The next transfers of a file break after so many bytes each.</summary>
    internal ScriptedSource Cut(string path, params int[] after)
    {
        _cuts[RelativePath.Parse(path)] = new ConcurrentQueue<int>(after);
        return this;
    }

    public async IAsyncEnumerable<RemoteEntry> ListAsync(
        RelativePath? folder, Func<RelativePath, bool> enter, [EnumeratorCancellation] CancellationToken ct)
    {
        Asked.Enqueue($"list {folder}");
        await Task.Yield();
        foreach (var inner in Folders)
            yield return new RemoteEntry(RelativePath.Parse(inner), RemoteEntryKind.Directory, null, null);
        foreach (var (path, file) in _files)
        {
            if (!Hidden.Contains(path) && (folder is null || path.IsAtOrBelow(folder)))
                yield return Entry(path, file);
        }
    }

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct)
    {
        Asked.Enqueue($"stat {path}");
        OnStat?.Invoke(path);
        return Task.FromResult(_files.TryGetValue(path, out var file) ? Entry(path, file) : null);
    }

    public Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct)
    {
        OnOpen?.Invoke(path, offset);
        Opened.Enqueue((path, offset));
        if (!_files.TryGetValue(path, out var file))
            throw new MissingException($"{path} is not there");
        var cut = _cuts.TryGetValue(path, out var cuts) && cuts.TryDequeue(out var after) ? after : int.MaxValue;
        return Task.FromResult<RemoteReadStream>(new ScriptedStream(this, file.Content, IgnoresOffsets ? 0 : (int)Math.Min(offset, file.Content.Length), cut));
    }

    internal void Clear()
    {
        _files.Clear();
        Folders.Clear();
    }

    public void Dispose() => Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RemoteEntry Entry(RelativePath path, (byte[] Content, RemoteTime Time) file) =>
        new(path, RemoteEntryKind.File, file.Content.Length, TellsNoTimes ? null : file.Time);

    private sealed class ScriptedStream(ScriptedSource source, byte[] content, int offset, int cut) : RemoteReadStream
    {
        private const int Chunk = 1000;
        private int _at = offset;
        private int _left = cut;

        internal override long? AnnouncedLength { get; } = source.AnnouncesWhatIsLeft ? content.Length - offset : null;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (source.BeforeRead is { } wait)
                await wait();
            if (_left == 0)
                throw new UnreachableException("the connection broke off");
            var count = Math.Min(Math.Min(Chunk, _left), Math.Min(buffer.Length, content.Length - _at));
            content.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            _left -= count;
            Interlocked.Add(ref source.BytesSent, count);
            return count;
        }

        internal override Task CompleteAsync(CancellationToken ct) =>
            _left == 0 ? throw new UnreachableException("no final reply") : Task.CompletedTask;
    }
}
