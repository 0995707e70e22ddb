namespace AppUpdater.Transport.Http;

/// <summary>A small file that the server said is still what it was.</summary>
internal sealed class HttpKeptStream(byte[] body) : RemoteReadStream
{
    private int _count;

    internal override long? AnnouncedLength => body.Length;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var portion = body.AsMemory(_count, Math.Min(buffer.Length, body.Length - _count));
        portion.CopyTo(buffer);
        _count += portion.Length;
        return ValueTask.FromResult(portion.Length);
    }

    internal override Task CompleteAsync(CancellationToken ct) => Task.CompletedTask;
}
