using AppUpdater.Core.Hashing;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>Files put on a server and read back.</summary>
internal static class RemoteFiles
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Small content that is in memory.</summary>
    internal static RemoteUpload Upload(RelativePath path, byte[] content) => new()
    {
        Path = path,
        Length = content.Length,
        Key = ContentHash.Of(content).Hex[..16],
        OpenAsync = (offset, _) => Task.FromResult<Stream>(new MemoryStream(content, (int)offset, content.Length - (int)offset, writable: false)),
    };

    /// <summary>Puts a file there unless the same bytes are there, and reads it back.</summary>
    /// <exception cref="UntrustedException">Other bytes came back than were sent.</exception>
    internal static async Task EnsureAsync(this IRemoteTarget target, RemoteUpload upload, ContentHash hash, CancellationToken ct)
    {
        if (await target.StatAsync(upload.Path, ct) is { Kind: RemoteEntryKind.File } there && (there.Size is null || there.Size == upload.Length)
            && await target.HashAsync(upload.Path, ct) == hash)
            return;
        await target.UploadAsync(upload, ct);
        if (await target.HashAsync(upload.Path, ct) != hash)
        {
            throw new UntrustedException(
                $"{upload.Path} at {target.Location} has other bytes than were sent there. Nothing was released; run it again, and if this stays, look at the server's disk.");
        }
    }

    internal static Task<ContentHash> HashAsync(this IRemoteSource source, RelativePath path, CancellationToken ct) => source.Retry.RunAsync(
        $"Reading back {path} from {source.Location}", attempt => HashOnceAsync(source, path, attempt), ct);

    private static async Task<ContentHash> HashOnceAsync(IRemoteSource source, RelativePath path, CancellationToken ct)
    {
        await using var stream = await source.OpenReadAsync(path, 0, length: null, ct);
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, ct) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
        await stream.CompleteAsync(ct);
        return ContentHash.Finish(hash);
    }
}
