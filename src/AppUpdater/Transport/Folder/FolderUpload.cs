using System.Buffers;

namespace AppUpdater.Transport.Folder;

/// <summary>One file on its way to a folder or share.</summary>
internal sealed class FolderUpload(RemoteLocation location, RemoteUpload upload, TransportOptions options)
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>One try, going on where the last one broke off.</summary>
    internal Task<bool> RunAsync(CancellationToken ct) =>

        // A share may be slow: not on the caller's thread.
        Task.Run(
            async () =>
            {
                var target = FolderPaths.Below(location, upload.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                var temporary = new FileInfo(upload.TemporaryPath.Under(location.Path));
                FolderPaths.ThrowIfLink(temporary);
                await SendAsync(temporary, ct).ConfigureAwait(false);
                temporary.Refresh();
                if (temporary.Length != upload.Length)
                    throw WrongSize(temporary);
                if (upload.Modified is { } modified)
                    temporary.LastWriteTimeUtc = modified.UtcDateTime;
                FolderPaths.Replace(temporary, target);
                return true;
            },
            ct);

    private async Task SendAsync(FileInfo temporary, CancellationToken ct)
    {
        var file = new FileStream(temporary.FullName, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        });
        await using (file.ConfigureAwait(false))
        {
            if (file.Length > upload.Length)
                file.SetLength(0);
            file.Position = file.Length;
            if (file.Length < upload.Length)
                await CopyAsync(file, ct).ConfigureAwait(false);

            // Before the new name shows, the bytes are there.
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
    }

    private async Task CopyAsync(FileStream file, CancellationToken ct)
    {
        var rented = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var buffer = options.Rate.Portion(rented);
            var content = await upload.OpenAsync(file.Position, ct).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                int read;
                while ((read = await content.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
                {
                    if (file.Position + read > upload.Length)
                        throw upload.Changed();
                    await WriteAsync(file, buffer[..read], ct).ConfigureAwait(false);
                    upload.Progress?.Report(read);
                    await options.Rate.SpendAsync(read, ct).ConfigureAwait(false);
                }
            }

            if (file.Position < upload.Length)
                throw upload.Changed();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(ct);
        idle.CancelAfter(options.DataIdleTimeout);
        try
        {
            await file.WriteAsync(bytes, idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new UnreachableException($"{file.Name} took nothing more for {options.DataIdleTimeout.TotalSeconds:0.#} s.", e);
        }
    }

    private static UnreachableException WrongSize(FileInfo temporary)
    {
        var found = temporary.Length;
        temporary.Delete();
        return new UnreachableException($"{temporary.FullName} had {found:N0} bytes after all were written. It was removed.");
    }
}
