using AppUpdater.Testing.Ftp;

namespace AppUpdater.Cli.Serving;

/// <summary>A file's bytes on their way out, at a pace, up to where the connection is to break.</summary>
internal sealed class FaultyBody(Stream inner, Pace pace, long? cutAfter, Action cut) : Stream
{
    private long _left = cutAfter ?? long.MaxValue;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var portion = pace.Portion((int)Math.Min(buffer.Length, _left));
            await inner.WriteAsync(buffer[..portion], cancellationToken);
            await pace.SpendAsync(portion, cancellationToken);
            buffer = buffer[portion..];
            _left -= portion;
            if (_left == 0)
                await BreakAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>What was sent before is to arrive: a connection that is aborted takes it along.</summary>
    private async Task BreakAsync(CancellationToken ct)
    {
        await inner.FlushAsync(ct);
        cut();
        throw new OperationCanceledException("The connection was cut as asked.");
    }
}
