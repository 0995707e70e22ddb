using System.Buffers;
using System.IO.Compression;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Staging;

/// <summary>Stored bytes into a blob's own, believed only where they are exactly the signed ones. Pure.</summary>
internal static class BlobDecoder
{
    /// <summary>The blob's bytes, in <paramref name="stored"/> or <paramref name="room"/>; empty where these are not its bytes.</summary>
    /// <param name="blob">What was signed.</param>
    /// <param name="stored">What came: <see cref="ManifestBlob.StoredSize"/> bytes.</param>
    /// <param name="room">At least <see cref="ManifestBlob.Size"/> bytes: not one more is decompressed, whatever the stored ones say.</param>
    internal static ReadOnlyMemory<byte> Decode(ManifestBlob blob, ReadOnlyMemory<byte> stored, Memory<byte> room)
    {
        var content = blob.Encoding == BlobEncoding.Stored ? stored : Decompress(blob, stored, room[..blob.Size]);
        return content.Length == blob.Size && ContentHash.Of(content.Span) == blob.Hash ? content : ReadOnlyMemory<byte>.Empty;
    }

    private static ReadOnlyMemory<byte> Decompress(ManifestBlob blob, ReadOnlyMemory<byte> stored, Memory<byte> room)
    {
        using var decoder = new BrotliDecoder();
        var status = decoder.Decompress(stored.Span, room.Span, out var consumed, out var written);

        // Done with bytes left over is not what was signed, either.
        return status == OperationStatus.Done && consumed == stored.Length && written == blob.Size ? room : ReadOnlyMemory<byte>.Empty;
    }
}
