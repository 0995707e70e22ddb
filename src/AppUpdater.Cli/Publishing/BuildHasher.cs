using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>Hashes a build's files and their blobs, as many files at once as there are cores, each in one buffer of a blob.</summary>
internal static class BuildHasher
{
    /// <exception cref="InstallException">A file changed meanwhile, or holds a private key.</exception>
    internal static async Task<ImmutableArray<HashedFile>> HashAsync(ImmutableArray<BuildFile> files, CancellationToken ct)
    {
        var hashed = new HashedFile[files.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct };
        await Parallel.ForAsync(0, files.Length, options, (at, _) =>
        {
            hashed[at] = Hash(files[at], ct);
            return ValueTask.CompletedTask;
        });
        return ImmutableArray.Create(hashed);
    }

    private static HashedFile Hash(BuildFile file, CancellationToken ct)
    {
        // Not opened: a pipe has no size either, and would never answer.
        if (file.Size == 0)
            return new HashedFile(file, ContentHash.Of([]), []);
        using var handle = File.OpenHandle(file.Source, options: FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(file.Size + 1, ManifestBlob.MaxSize));
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var blobs = ImmutableArray.CreateBuilder<ContentHash>();
        try
        {
            for (long offset = 0; offset < file.Size;)
            {
                ct.ThrowIfCancellationRequested();
                var chunk = BuildFiles.Read(handle, buffer, offset, file);
                if (offset == 0 && PrivateKeys.IsOne(chunk))
                    throw new InstallException($"{file.Source} is a private key. Whoever gets the app would have it: nothing was published. Remove it from the build.");
                blobs.Add(ContentHash.Of(chunk));
                if (file.Size > ManifestBlob.MaxSize)
                    whole.AppendData(chunk);
                offset += chunk.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return RandomAccess.GetLength(handle) != file.Size
            ? throw BuildFiles.Changed(file.Source)
            : new HashedFile(file, blobs.Count == 1 ? blobs[0] : ContentHash.Finish(whole), blobs.ToImmutable());
    }
}
