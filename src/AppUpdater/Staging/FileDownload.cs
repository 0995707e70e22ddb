using System.Buffers;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>One file from the server into its part, resumed at its byte when the transfer breaks.</summary>
internal sealed class FileDownload(IRemoteSource source, IDurableFiles files, StagingOptions options, TimeProvider clock, ILogger log)
{
    /// <summary>Returns the hash of the file, whole on disk and confirmed by the server, but not yet flushed.</summary>
    /// <exception cref="ReleaseChangedException">The server's file is not the planned one any more.</exception>
    internal async Task<ContentHash> FetchAsync(ReleaseFile file, string path, ProgressMeter.FileProgress progress, CancellationToken ct)
    {
        using var part = PartFile.Open(files, path, file.Size, ct);
        progress.Found(part.Length);
        var limits = new BreakLimits(options, clock);
        var whole = part.Length == file.Size;
        var resumes = true;
        while (!whole)
        {
            // Told to go on at a byte, it began at the first: that will not do, however often it breaks.
            if (!resumes)
                part.Clear();
            var from = part.Length;
            try
            {
                whole = await TransferAsync(file, part, progress, ct).ConfigureAwait(false);
                resumes &= whole;
            }
            catch (UnreachableException failure) when (limits.Allows(failure, part.Length > from))
            {
                log.LogWarning("{File} broke off at byte {Offset}: {Reason}", file.RemotePath, part.Length, failure.Wording);
                await limits.PauseAsync(failure, ct).ConfigureAwait(false);
                await RequireSameAsync(file, ct).ConfigureAwait(false);

                // All of it in one go needs no last word. A resumed part does: its bytes may be those of the file's start, and the next try,
                // from the very end, shows it.
                whole = part.Length == file.Size && from == 0;
            }
        }

        return part.Finish();
    }

    /// <summary>False where more came than is left of the file from the part's end on: FTP servers exist that take REST and send it whole.</summary>
    private async Task<bool> TransferAsync(ReleaseFile file, PartFile part, ProgressMeter.FileProgress progress, CancellationToken ct)
    {
        var stream = await OpenAsync(file, part, ct).ConfigureAwait(false);
        if (stream.AnnouncedLength is { } announced && announced != file.Size && announced != file.Size - part.Length)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw Changed(file, $"{announced} bytes where {file.Size} were listed");
        }

        var from = part.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(PartFile.BufferSize);
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.ReadAsync(buffer.AsMemory(0, PartFile.BufferSize), ct).ConfigureAwait(false) is > 0 and var read)
                {
                    if (part.Length + read > file.Size)
                        return Surplus(file, part, from);
                    part.Append(buffer.AsSpan(0, read));
                    progress.Fetched(read);
                }

                await stream.CompleteAsync(ct).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (part.Length < file.Size)
            throw Changed(file, $"{part.Length} bytes where {file.Size} were listed");
        return true;
    }

    private bool Surplus(ReleaseFile file, PartFile part, long from)
    {
        // It may be as long as the file by now, and would count as whole in the next round.
        part.Clear();
        if (from == 0)
            throw Changed(file, $"more than the {file.Size} bytes that were listed");
        log.LogWarning("{File} has too many bytes from byte {Offset} on; it is fetched from its start", file.RemotePath, from);
        return false;
    }

    private async Task<RemoteReadStream> OpenAsync(ReleaseFile file, PartFile part, CancellationToken ct)
    {
        try
        {
            return await source.OpenReadAsync(file.RemotePath, part.Length, length: null, ct).ConfigureAwait(false);
        }
        catch (MissingException)
        {
            throw Changed(file, "nothing any more");
        }
        catch (RemoteChangedException changed)
        {
            // Size and time may be those of the plan all the same: the next round would go on at the byte where this file ended.
            part.Clear();
            throw new ReleaseChangedException(changed.Wording);
        }
    }

    /// <summary>
    /// Between the break and now the file may have been replaced: two halves of two files would go unnoticed at equal size. Stat has its own
    /// retries: where they did not help the server is gone, and the next run goes on with the part.
    /// </summary>
    private async Task RequireSameAsync(ReleaseFile file, CancellationToken ct)
    {
        if (await source.StatAsync(file.RemotePath, ct).ConfigureAwait(false) is not { } now)
            throw Changed(file, "nothing any more");
        if (now.Size is { } size && size != file.Size)
            throw Changed(file, $"{size} bytes where {file.Size} were listed");

        // MDTM's seconds say nothing against LIST's minutes in an unknown zone: only like is compared with like.
        if (now.Modified is { } time && file.Modified is { } planned && time.Precision == planned.Precision && time.Utc != planned.Utc)
            throw Changed(file, $"a file of {time.Utc:u} where one of {planned.Utc:u} was listed");
    }

    private static ReleaseChangedException Changed(ReleaseFile file, Wording found) =>
        new($"\"{file.RemotePath}\" on the server changed while it was fetched: there is {found}.");
}
