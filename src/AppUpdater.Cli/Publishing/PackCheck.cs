using System.IO.Compression;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>Reads a pack once from its start and compares each blob's hash; two blobs at most are in memory.</summary>
internal sealed class PackCheck(IRemoteSource source, ManifestPack pack)
{
    private readonly byte[] _stored = new byte[ManifestBlob.MaxSize];
    private readonly byte[] _raw = new byte[ManifestBlob.MaxSize];

    /// <summary>Those that are not what they should be.</summary>
    internal async Task<IReadOnlyList<ManifestBlob>> RunAsync(IEnumerable<ManifestBlob> blobs, CancellationToken ct)
    {
        var wrong = new List<ManifestBlob>();
        RemoteReadStream? stream = null;
        try
        {
            long position = 0;
            foreach (var blob in blobs.OrderBy(blob => blob.Offset).ThenBy(blob => blob.StoredSize))
            {
                // No publisher writes blobs that overlap, or leaves room; a manifest may still say so.
                if (stream is null || blob.Offset != position)
                {
                    if (stream is not null)
                        await stream.DisposeAsync();
                    stream = await source.OpenReadAsync(pack.Path, blob.Offset, pack.Size - blob.Offset, ct);
                }

                position = blob.Offset + blob.StoredSize;
                var read = await stream.ReadAtLeastAsync(_stored.AsMemory(0, blob.StoredSize), blob.StoredSize, throwOnEndOfStream: false, ct);
                if (read < blob.StoredSize)
                    throw new UnreachableException($"{pack.Path} at {source.Location} ended after {blob.Offset + read} of {pack.Size} bytes.");
                if (!IsRight(blob))
                    wrong.Add(blob);
            }

            if (stream is not null && position == pack.Size && await stream.ReadAsync(_raw, ct) == 0)
                await stream.CompleteAsync(ct);
        }
        finally
        {
            if (stream is not null)
                await stream.DisposeAsync();
        }

        return wrong;
    }

    private bool IsRight(ManifestBlob blob)
    {
        var stored = _stored.AsSpan(0, blob.StoredSize);
        if (blob.Encoding == BlobEncoding.Stored)
            return ContentHash.Of(stored) == blob.Hash;
        return BrotliDecoder.TryDecompress(stored, _raw.AsSpan(0, blob.Size), out var written) && written == blob.Size
            && ContentHash.Of(_raw.AsSpan(0, written)) == blob.Hash;
    }
}
