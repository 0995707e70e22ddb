using System.Buffers;

namespace AppUpdater.Releases;

/// <summary>Bytes as they are written, in arrays that go back to the pool: the record of a large install is tens of megabytes.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private const int Least = 16 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Least);
    private int _count;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    public void Advance(int count) => _count += count;

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.Length - _count < Math.Max(sizeHint, 1))
        {
            var longer = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_count + sizeHint), (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
            _bytes.AsSpan(0, _count).CopyTo(longer);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = longer;
        }

        return _bytes.AsMemory(_count);
    }

    internal byte[] ToArray() => _bytes[.._count];
}
