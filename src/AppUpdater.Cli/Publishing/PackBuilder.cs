using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>
/// Writes a content.pack: compressed on all cores, written in the order of the files, so that the same input always gives the same bytes.
/// At no moment are more blobs in memory than the cores work on, and a few.
/// </summary>
internal sealed class PackBuilder
{
    /// <summary>Of Brotli, 0 to 11: the highest that keeps publishing as fast as zstd on all cores; see the bench <c>publish</c>.</summary>
    internal const int Quality = 5;

    /// <summary>2^22 bytes, a whole blob.</summary>
    private const int Window = 22;

    private const int MostWaiting = 256;

    private readonly FileStream _output;
    private readonly Queue<(Task<PackedBlob> Work, long Bytes)> _running = new();
    private readonly ImmutableArray<ManifestBlob>.Builder _blobs = ImmutableArray.CreateBuilder<ManifestBlob>();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _waiting;

    private PackBuilder(FileStream output) => _output = output;

    /// <param name="path">A new file.</param>
    /// <param name="files">Sorted.</param>
    /// <param name="isHeld">Whether an earlier release holds a blob.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="InstallException">A file changed since it was hashed.</exception>
    internal static async Task<ReleasePack> WriteAsync(string path, ImmutableArray<HashedFile> files, Func<ContentHash, bool> isHeld, CancellationToken ct)
    {
        await using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1024 * 1024, FileOptions.Asynchronous);
        var builder = new PackBuilder(output);
        using var hash = builder._hash;
        try
        {
            await builder.RunAsync(files, isHeld, ct);
        }
        finally
        {
            // Nothing reads the build once this has returned.
            await Task.WhenAll(builder._running.Select(one => one.Work)).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        await output.FlushAsync(ct);
        return new ReleasePack(path, output.Position, ContentHash.Finish(hash), builder._blobs.ToImmutable());
    }

    private async Task RunAsync(ImmutableArray<HashedFile> files, Func<ContentHash, bool> isHeld, CancellationToken ct)
    {
        var most = (Environment.ProcessorCount + 1L) * ManifestBlob.MaxSize;
        var taken = new HashSet<ContentHash>();
        foreach (var file in files)
        {
            for (var at = 0; at < file.Blobs.Length; at++)
            {
                if (isHeld(file.Blobs[at]) || !taken.Add(file.Blobs[at]))
                    continue;
                var offset = (long)at * ManifestBlob.MaxSize;
                var (size, hash) = (Math.Min(ManifestBlob.MaxSize, file.File.Size - offset), file.Blobs[at]);
                while (_running.Count >= MostWaiting || (_running.Count > 0 && _waiting + size > most))
                    await WriteNextAsync(ct);
                _waiting += size;
                _running.Enqueue((Task.Run(() => Pack(file.File, offset, (int)size, hash), ct), size));
            }
        }

        while (_running.Count > 0)
            await WriteNextAsync(ct);
    }

    private async Task WriteNextAsync(CancellationToken ct)
    {
        var (work, bytes) = _running.Dequeue();
        var packed = await work;
        _blobs.Add(new ManifestBlob(packed.Hash, packed.Size, 0, _output.Position, packed.Stored.Count, packed.Encoding));
        _hash.AppendData(packed.Stored);
        await _output.WriteAsync(packed.Stored, ct);
        ArrayPool<byte>.Shared.Return(packed.Stored.Array!);
        _waiting -= bytes;
    }

    private static PackedBlob Pack(BuildFile file, long offset, int size, ContentHash hash)
    {
        var raw = ArrayPool<byte>.Shared.Rent(Math.Min(ManifestBlob.MaxSize, (int)Math.Min(file.Size, ManifestBlob.MaxSize)));
        using (var handle = File.OpenHandle(file.Source))
        {
            if (ContentHash.Of(BuildFiles.Read(handle, raw, offset, file)) != hash)
                throw BuildFiles.Changed(file.Source);
        }

        // Room for less than it has: what does not become smaller is stored.
        var compressed = ArrayPool<byte>.Shared.Rent(size);
        if (size > 1 && BrotliEncoder.TryCompress(raw.AsSpan(0, size), compressed.AsSpan(0, size - 1), out var written, Quality, Window))
        {
            ArrayPool<byte>.Shared.Return(raw);
            return new PackedBlob(hash, size, new ArraySegment<byte>(compressed, 0, written), BlobEncoding.Brotli);
        }

        ArrayPool<byte>.Shared.Return(compressed);
        return new PackedBlob(hash, size, new ArraySegment<byte>(raw, 0, size), BlobEncoding.Stored);
    }

    /// <summary>Its array is rented.</summary>
    private sealed record PackedBlob(ContentHash Hash, int Size, ArraySegment<byte> Stored, BlobEncoding Encoding);
}
