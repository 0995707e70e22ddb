namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>The content of an upload that breaks after so many bytes, as a disk that is pulled out; it keeps where it was opened.</summary>
internal sealed class CutContent(byte[] content, long cutAfter = long.MaxValue)
{
    internal List<long> OpenedAt { get; } = [];

    internal Task<Stream> OpenAsync(long offset, CancellationToken ct)
    {
        OpenedAt.Add(offset);
        var rest = new MemoryStream(content, (int)offset, content.Length - (int)offset, writable: false);
        return Task.FromResult<Stream>(new CutStream(rest, Math.Max(0, cutAfter - offset)));
    }
}

internal sealed class CutException() : Exception("The content is gone.");

/// <summary>Lets so many bytes through and then fails.</summary>
internal sealed class CutStream(Stream inner, long left) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left == 0 && buffer.Length > 0)
            throw new CutException();
        var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        left -= read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Reads are asynchronous.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
