using System.Globalization;
using AppUpdater.Transport.Retry;

namespace AppUpdater.Transport;

/// <summary>Small files, read whole and never beyond a cap.</summary>
internal static class SmallFiles
{
    /// <summary>Reads a file of at most <paramref name="maxBytes"/> bytes; not a byte more is taken from the server.</summary>
    /// <param name="source">Where the file lies.</param>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The cap.</param>
    /// <param name="tooLarge">What a larger file is to the caller; the message names file, place and both sizes.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="MissingException">There is no such file.</exception>
    internal static Task<byte[]> ReadSmallFileAsync(
        this IRemoteSource source, RelativePath path, int maxBytes, Func<string, UpdateException> tooLarge, CancellationToken ct) =>
        source.ReadSmallFileAsync(path, maxBytes, tooLarge, source.Retry, ct);

    /// <summary>As the one above, tried again as <paramref name="retry"/> says.</summary>
    internal static Task<byte[]> ReadSmallFileAsync(
        this IRemoteSource source, RelativePath path, int maxBytes, Func<string, UpdateException> tooLarge, RetryPolicy retry, CancellationToken ct) =>
        ReadAsync(source, path, maxBytes, tooLarge, retry, source.OpenAloneAsync, ct);

    /// <summary>As the first, opened by <see cref="IRemoteSource.OpenIfThereAsync"/>.</summary>
    internal static Task<byte[]> ReadSmallFileIfThereAsync(
        this IRemoteSource source, RelativePath path, int maxBytes, Func<string, UpdateException> tooLarge, CancellationToken ct) =>
        ReadAsync(source, path, maxBytes, tooLarge, source.Retry, source.OpenIfThereAsync, ct);

    private static Task<byte[]> ReadAsync(
        IRemoteSource source, RelativePath path, int maxBytes, Func<string, UpdateException> tooLarge, RetryPolicy retry,
        Func<RelativePath, CancellationToken, Task<RemoteReadStream>> open, CancellationToken ct)
    {
        UpdateException TooLarge(string size) =>
            tooLarge($"{path} in {source.Location} has {size}; at most {Bytes(maxBytes)} are expected of it. It was not read.");
        return retry.RunAsync(
            $"Reading {path} from {source.Location}", attempt => ReadOnceAsync(token => open(path, token), maxBytes, TooLarge, attempt), ct);
    }

    private static async Task<byte[]> ReadOnceAsync(
        Func<CancellationToken, Task<RemoteReadStream>> open, int maxBytes, Func<string, UpdateException> tooLarge, CancellationToken ct)
    {
        var stream = await open(ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            if (stream.AnnouncedLength > maxBytes)
                throw tooLarge(Bytes(stream.AnnouncedLength.Value));
            var buffer = new byte[Math.Min(maxBytes, 16 * 1024) + 1];
            var count = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(count), ct).ConfigureAwait(false)) > 0)
            {
                count += read;
                if (count > maxBytes)
                    throw tooLarge($"more than {Bytes(maxBytes)}");
                if (count == buffer.Length)
                    Array.Resize(ref buffer, (int)Math.Min(maxBytes + 1L, buffer.Length * 2L));
            }

            await stream.CompleteAsync(ct).ConfigureAwait(false);
            return buffer[..count];
        }
    }

    private static string Bytes(long count) => count.ToString("N0", CultureInfo.InvariantCulture) + " bytes";
}
