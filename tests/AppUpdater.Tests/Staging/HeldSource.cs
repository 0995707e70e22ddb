using System.Collections.Concurrent;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Staging;

/// <summary>What a scripted server has, sent by one that keeps to the lengths it is asked for, and each of whose transfers a test may hold or break.</summary>
internal sealed class HeldSource(ScriptedSource content) : IRemoteSource
{
    internal const int Chunk = 16 * 1024;

    private int _opened;

    internal ConcurrentQueue<Transfer> Transfers { get; } = new();

    internal Func<Transfer, CancellationToken, Task> BeforeRead { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Connections: a transfer more waits for one.</summary>
    internal SemaphoreSlim? Slots { get; init; }

    internal long BytesSent => Transfers.Sum(transfer => (long)transfer.Received);

    public RemoteLocation Location => content.Location;

    public IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct) =>
        content.ListAsync(folder, enter, ct);

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) => content.StatAsync(path, ct);

    public async Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct)
    {
        if (Slots is not null)
            await Slots.WaitAsync(ct);
        var transfer = new Transfer(Interlocked.Increment(ref _opened) - 1, (int)offset, (int)length!);
        Transfers.Enqueue(transfer);
        return new HeldStream(this, content.Content(path.Value), transfer);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>One request: the how many-th, and what was read of it.</summary>
    internal sealed record Transfer(int Number, int Offset, int Length)
    {
        internal int Received { get; set; }

        internal int End => Offset + Length;
    }

    private sealed class HeldStream(HeldSource source, byte[] bytes, Transfer transfer) : RemoteReadStream
    {
        private int _isOpen = 1;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await source.BeforeRead(transfer, cancellationToken);
            var count = Math.Min(Math.Min(Chunk, buffer.Length), transfer.Length - transfer.Received);
            bytes.AsMemory(transfer.Offset + transfer.Received, count).CopyTo(buffer);
            transfer.Received += count;
            return count;
        }

        internal override Task CompleteAsync(CancellationToken ct) => Task.CompletedTask;

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _isOpen, 0) == 1)
                source.Slots?.Release();
            base.Dispose(disposing);
        }
    }
}
