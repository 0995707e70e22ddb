namespace AppUpdater.Transport;

/// <summary>
/// A file's bytes on their way. The end of the stream proves nothing (RFC 959 ends a file by closing the connection):
/// <see cref="CompleteAsync"/> does. Disposing before that gives the transfer up.
/// </summary>
internal abstract class RemoteReadStream : Stream
{
    /// <summary>
    /// Call at the end of the stream: waits for the server's word that all was sent and checks the count against the size the server named.
    /// </summary>
    /// <exception cref="UnreachableException">The transfer broke off or the server did not confirm it.</exception>
    internal abstract Task CompleteAsync(CancellationToken ct);

    /// <summary>
    /// The size in bytes as the server told when it was opened: the whole file's, or from the offset on, servers differ; null where it told
    /// none.
    /// </summary>
    internal virtual long? AnnouncedLength => null;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Reads are asynchronous.");

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
