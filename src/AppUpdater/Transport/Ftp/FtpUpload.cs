using System.Buffers;

namespace AppUpdater.Transport.Ftp;

/// <summary>One file on its way to the server, over as many tries as it takes. For one caller at a time.</summary>
internal sealed class FtpUpload(FtpServer server, FtpFolders folders, RemoteUpload upload)
{
    private const int BufferBytes = 64 * 1024;

    private const int MaxLooks = 40;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly RelativePath _temporary = upload.TemporaryPath;
    private bool _isRenaming;
    private bool _wasRefused;
    private bool _hadWrongSize;

    /// <summary>All bytes are out, and the server's word on them, or on what followed, is all that lacks: asking again is worth it at once.</summary>
    internal bool IsAllSent { get; private set; }

    /// <summary>One try, going on where the last one broke off.</summary>
    internal async Task RunAsync(FtpSession session, CancellationToken ct)
    {
        IsAllSent = false;
        var asked = upload.Path.Parent is { } folder && await folders.MakeAsync(session, [folder], ct).ConfigureAwait(false);
        var there = await TemporarySizeAsync(session, ct).ConfigureAwait(false);
        if (there is null && _isRenaming && await IsRenamedAsync(session, ct).ConfigureAwait(false))
            return;
        _isRenaming = false;

        // The key in its name stands for the content, so that its size tells all: its time is not ours yet. But what the server said no to
        // in the end is not believed for its size.
        if (there != upload.Length || _wasRefused)
            await SendAsync(session, there ?? 0, areFoldersKnown: !asked, ct).ConfigureAwait(false);
        IsAllSent = true;
        await CheckAsync(session, ct).ConfigureAwait(false);
        _isRenaming = true;
        await FtpRename.OverAsync(session, new RemoteMove(_temporary, upload.Path), ct).ConfigureAwait(false);
    }

    /// <summary>
    /// What an earlier try left, null where there is none. Asked for with the next data connection, in one round trip; but where there is
    /// something to go on with, again until it no longer grows: vsftpd still writes what it had received when that try broke off, and
    /// would write it beside what is appended.
    /// </summary>
    private async Task<long?> TemporarySizeAsync(FtpSession session, CancellationToken ct)
    {
        long? before = null;
        for (var asked = 0; asked < MaxLooks; asked++)
        {
            var replies = await session.SendAllBeforeTransferAsync([new FtpCommand("SIZE", Temporary)], ct).ConfigureAwait(false);
            var now = await SizeAsync(session, replies[0], ct).ConfigureAwait(false);
            if (now is null or 0 || now >= upload.Length || now == before)
                return now;
            before = now;
            await Task.Delay(BetweenLooks, server.Options.Clock, ct).ConfigureAwait(false);
        }

        throw server.Unreachable($"still writes to {Temporary}: is it being sent by somebody else?");
    }

    private async Task<long?> SizeAsync(FtpSession session, FtpReply reply, CancellationToken ct)
    {
        if (reply.Code == 213)
            return FtpTimes.Size(reply.Text.Trim());
        if (reply.IsUnknownCommand)
            return (await FtpStat.FromListingAsync(session, _temporary, ct).ConfigureAwait(false))?.Size;
        return reply.Code == 550 ? null : throw server.Refusal(reply, $"SIZE {Temporary}");
    }

    /// <summary>Whether an earlier try's RNTO was carried out, and only its reply got lost.</summary>
    private async Task<bool> IsRenamedAsync(FtpSession session, CancellationToken ct)
    {
        var now = (await FtpStat.AllAsync(session, [upload.Path], ct).ConfigureAwait(false))[0];
        return now?.Size == upload.Length
            && (server.Features is { TimeVerb: null } || upload.Modified is not { } wanted || now.Modified is not { } time || time.Utc == FtpTimes.Whole(wanted));
    }

    private async Task SendAsync(FtpSession session, long there, bool areFoldersKnown, CancellationToken ct)
    {
        // APPE, as curl does it: REST with STOR fills the file with zeros on some servers, and others refuse it.
        if (there > 0 && there < upload.Length)
        {
            var (rest, refused) = await session.BeginWritingAsync(new FtpCommand("APPE", Temporary), there, ct).ConfigureAwait(false);
            if (rest is not null)
            {
                await WriteAsync(rest, ct).ConfigureAwait(false);
                return;
            }

            if (refused!.IsTransientFailure)
                throw server.Refusal(refused, $"APPE {Temporary}");
        }

        // Where nothing may be appended, mostly nothing may be written over either.
        if (there > 0)
            await session.SendAllBeforeTransferAsync([new FtpCommand("DELE", Temporary)], ct).ConfigureAwait(false);
        var store = new FtpCommand("STOR", Temporary);
        var (whole, refusal) = await session.BeginWritingAsync(store, 0, ct).ConfigureAwait(false);
        if (whole is not null)
            await WriteAsync(whole, ct).ConfigureAwait(false);
        else
            throw StoreRefusal(refusal!, store, areFoldersKnown);
    }

    // A folder made long ago may have been removed by somebody since: the next try makes it anew.
    private UnreachableException StoreRefusal(FtpReply refusal, FtpCommand store, bool areFoldersKnown)
    {
        if (!areFoldersKnown || upload.Path.Parent is not { } folder || refusal.IsTransientFailure)
            return server.WriteRefusal(refusal, store);
        folders.Forget(folder);
        return server.Unreachable($"answered {refusal} to {store}.");
    }

    private async Task WriteAsync(FtpTransfer transfer, CancellationToken ct)
    {
        var writer = new FtpDataWriter(server, transfer);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var content = await upload.OpenAsync(transfer.Offset, ct).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
                await CopyAsync(content, writer, buffer, upload.Length - transfer.Offset, ct).ConfigureAwait(false);
            IsAllSent = true;
            await writer.CompleteAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _wasRefused = writer.IsRefused;
            IsAllSent &= !_wasRefused;
            ArrayPool<byte>.Shared.Return(buffer);
            await writer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task CopyAsync(Stream content, FtpDataWriter writer, Memory<byte> buffer, long left, CancellationToken ct)
    {
        buffer = server.Rate.Portion(buffer);
        while (left > 0)
        {
            var read = await content.ReadAsync(left < buffer.Length ? buffer[..(int)left] : buffer, ct).ConfigureAwait(false);
            if (read == 0)
                throw upload.Changed();
            await writer.WriteAsync(buffer[..read], ct).ConfigureAwait(false);
            left -= read;
            upload.Progress?.Report(read);
            await server.Rate.SpendAsync(read, ct).ConfigureAwait(false);
        }

        if (await content.ReadAsync(buffer[..1], ct).ConfigureAwait(false) > 0)
            throw upload.Changed();
    }

    /// <summary>Sets the time and compares the size: servers exist that confirm half a file with 226 (fineftp #31).</summary>
    private async Task CheckAsync(FtpSession session, CancellationToken ct)
    {
        FtpCommand? time = FtpTimes.Setting(server.Features, upload.Modified, Temporary);
        var replies = await session.SendAllAsync([.. time is null ? [] : new[] { time }, new FtpCommand("SIZE", Temporary)], ct).ConfigureAwait(false);
        var found = replies[^1].Code == 213
            ? FtpTimes.Size(replies[^1].Text.Trim())

            // vsftpd has 550 for a file that its umask hides from the guest who just sent it; a listing shows it.
            : (await FtpStat.FromListingAsync(session, _temporary, ct).ConfigureAwait(false))?.Size;
        if (found == upload.Length)
            return;
        IsAllSent = false;
        await session.SendAsync(new FtpCommand("DELE", Temporary), ct).ConfigureAwait(false);

        // Once is an accident; twice is how this server is.
        var isAccident = !_hadWrongSize;
        _hadWrongSize = true;
        throw new UnreachableException(
            $"{server.Address} confirmed {upload.Path} and has {found ?? 0:N0} bytes of {upload.Length:N0}. What it had was removed.",
            isAccident);
    }

    private string Temporary => server.PathOf(_temporary);
}
