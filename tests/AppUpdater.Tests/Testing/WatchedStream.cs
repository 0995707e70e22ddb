namespace AppUpdater.Tests.Testing;

/// <summary>Tells of which types the TLS records were that came through it (RFC 5246, 6.2.1). Read alone; for one reader.</summary>
internal sealed class WatchedStream(Stream inner) : Stream
{
    private readonly List<byte> _types = [];
    private readonly byte[] _header = new byte[5];
    private int _filled;
    private int _left;

    internal IReadOnlyList<byte> LastRecords => _types;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        foreach (var value in buffer[..read].Span)
            Watch(value);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Watch(byte value)
    {
        if (_left > 0)
        {
            _left--;
            return;
        }

        _header[_filled++] = value;
        if (_filled < _header.Length)
            return;
        _types.Add(_header[0]);
        (_filled, _left) = (0, (_header[3] << 8) | _header[4]);
    }
}
