using System.Security.Cryptography;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Releases;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>
/// What need not be fetched: blobs that an earlier run left, files that lie in the install under another name, blocks of the version that
/// is replaced. Everything is hashed again, so that it does not matter who changed it meanwhile.
/// </summary>
internal sealed class LocalContent(UpdatePlan plan, InstallLayout layout, IDurableFiles files, StagedBlobs blobs, ILogger log)
{
    private const int BufferSize = 1024 * 1024;

    /// <summary>Finds what it can. Of a file that is one blob there is no part before that comes; every other one has its part afterwards.</summary>
    internal async Task FindAsync(IReadOnlyCollection<BlobFile> all, CancellationToken ct)
    {
        // One after the other: a block of an old version may go into any file, and a copy that fails leaves nothing of what was there.
        await EachAsync(all, FindInPart, ct).ConfigureAwait(false);
        await EachAsync(all.Where(file => !file.IsWhole), Copy, ct).ConfigureAwait(false);
        var replaced = all.Where(file => !file.IsWhole && file.Blobs.Count > 1 && plan.Local.Files.ContainsKey(file.Content.Path));
        await EachAsync(replaced, FindInOldVersion, ct).ConfigureAwait(false);
    }

    private static Task EachAsync(IEnumerable<BlobFile> all, Action<BlobFile, CancellationToken> find, CancellationToken ct) => Parallel.ForEachAsync(
        all.ToList(), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct }, (file, token) =>
        {
            find(file, token);
            return ValueTask.CompletedTask;
        });

    private void Copy(BlobFile file, CancellationToken ct)
    {
        if (!plan.Steps.Content!.Copies.TryGetValue(file.Planned.Target, out var source))
            return;
        if (files.Stat(file.Part) is null)
            files.CreateNew(file.Part, mode: null).Dispose();
        if (TryCopy(file, source, ct))
            file.TakeAll();
        else
            file.Forget();
    }

    private void FindInPart(BlobFile file, CancellationToken ct)
    {
        var facts = files.Stat(file.Part);
        StagedBlobs.RequirePlain(file.Part, facts);
        if (facts is null)
        {
            // Nobody else's file is written into; one that is empty is whole with this. A thousand small ones are not made before the first
            // byte is asked for: each comes in one piece, and makes its file then.
            if (file.Blobs.Count != 1)
                files.CreateNew(file.Part, mode: null).Dispose();
            return;
        }

        if (facts.Length > file.Content.Size)
        {
            files.DeleteFile(file.Part);
            files.CreateNew(file.Part, mode: null).Dispose();
            return;
        }

        foreach (var (at, block) in Blocks(file.Part, ct))
        {
            if (at < file.Blobs.Count && block.Length == file.Blobs[at].Size && ContentHash.Of(block.Span) == file.Blobs[at].Hash)
                file.Take(at);
        }
    }

    private void FindInOldVersion(BlobFile file, CancellationToken ct)
    {
        var wanted = file.Blobs.DistinctBy(blob => blob.Hash).ToDictionary(blob => blob.Hash);
        try
        {
            foreach (var (_, block) in Blocks(file.Content.Path.Under(layout.Root), ct))
            {
                if (wanted.TryGetValue(ContentHash.Of(block.Span), out var blob) && blob.Size == block.Length)
                    blobs.Deliver(blob, block.Span);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is there to save bytes only: what can't be read is fetched.
            log.LogInformation("{File} can't be read, so that all of its next version is fetched: {Reason}", file.Content.Path, failure.Message);
        }
    }

    /// <summary>False where the file is not, or no longer, the one that was planned with.</summary>
    private bool TryCopy(BlobFile file, RelativePath source, CancellationToken ct)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var from = files.OpenRead(source.Under(layout.Root));
            using var into = new FileStream(file.Part, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            var buffer = new byte[Math.Min(BufferSize, file.Content.Size + 1)];
            var left = file.Content.Size;
            while (left > 0 && from.Read(buffer) is > 0 and var read && read <= left)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
                into.Write(buffer.AsSpan(0, read));
                left -= read;
            }

            return left == 0 && ContentHash.Finish(hash) == file.Content.Hash;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException failure)
        {
            throw DiskSpace.Explain(failure, file.Part);
        }
    }

    private IEnumerable<(int At, ReadOnlyMemory<byte> Block)> Blocks(string path, CancellationToken ct)
    {
        using var stream = files.OpenRead(path);
        var buffer = new byte[(int)Math.Min(ManifestBlob.MaxSize, Math.Max(1, stream.Length))];
        for (var at = 0; stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) is > 0 and var read; at++)
        {
            ct.ThrowIfCancellationRequested();
            yield return (at, buffer.AsMemory(0, read));
        }
    }
}
