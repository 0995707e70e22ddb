using System.Net.Sockets;

namespace AppUpdater.Testing.Ftp;

/// <summary>One transfer from its opening reply to its final one, with the faults that were asked for.</summary>
internal sealed class FtpTransfer(FtpSession session, DataConnection data, string path)
{
    private readonly (TransferFault? Data, TransferFault? Reply) _faults = session.Faults.TakeForTransfer(path);
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Runs <paramref name="body"/>, which tells whether a fault cut it off. <paramref name="stop"/> is ABOR's, <paramref name="ct"/> the server's.</summary>
    internal async Task RunAsync(string opening, Func<FtpTransfer, CancellationToken, Task<bool>> body, CancellationToken stop, CancellationToken ct)
    {
        using (data)
        {
            if (!await data.OpenAsync(stop).ConfigureAwait(false))
            {
                await session.ReplyAsync("425 Failed to establish connection.", ct).ConfigureAwait(false);
                return;
            }

            session.Server.CountRoundTrip();
            await session.ReplyAsync(opening, ct).ConfigureAwait(false);
            await EndAsync(await CarryAsync(body, stop).ConfigureAwait(false), stop, ct).ConfigureAwait(false);
        }
    }

    internal async Task<bool> SendFileAsync(string local, long offset, CancellationToken ct)
    {
        var file = new FileStream(local, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: false);
        await using (file.ConfigureAwait(false))
        {
            file.Position = Math.Min(offset, file.Length);
            return await SendAsync(file, ct).ConfigureAwait(false);
        }
    }

    internal async Task<bool> SendAsync(Stream content, CancellationToken ct)
    {
        var left = _faults.Data?.Bytes ?? long.MaxValue;
        while (left > 0)
        {
            var read = await content.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(_buffer.Length, left)), ct).ConfigureAwait(false);
            if (read == 0)
                return false;
            await data.SendAsync(_buffer.AsMemory(0, read), ct).ConfigureAwait(false);
            session.Server.CountSent(read);
            left -= read;
        }

        return await FaultAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Receives into a file, from <paramref name="offset"/> on (what lay behind it goes); null appends.</summary>
    internal async Task<bool> ReceiveFileAsync(string local, long? offset, CancellationToken ct)
    {
        var file = new FileStream(local, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);
        await using (file.ConfigureAwait(false))
        {
            if (offset is { } start)
                file.SetLength(start);
            file.Position = file.Length;
            var left = _faults.Data?.Bytes ?? long.MaxValue;
            while (left > 0)
            {
                var read = await data.Socket.ReceiveAsync(_buffer.AsMemory(0, (int)Math.Min(_buffer.Length, left)), ct).ConfigureAwait(false);
                if (read == 0)
                    return false;
                await file.WriteAsync(_buffer.AsMemory(0, read), ct).ConfigureAwait(false);
                left -= read;
            }
        }

        return await FaultAsync(ct).ConfigureAwait(false);
    }

    private async Task<bool> FaultAsync(CancellationToken ct)
    {
        if (_faults.Data?.Kind == TransferFaultKind.Stall)
            await data.WaitForCloseAsync(ct).ConfigureAwait(false);
        return true;
    }

    private async Task<TransferEnd> CarryAsync(Func<FtpTransfer, CancellationToken, Task<bool>> body, CancellationToken stop)
    {
        try
        {
            if (!await body(this, stop).ConfigureAwait(false))
                return TransferEnd.Whole;
            return _faults.Data is { Kind: TransferFaultKind.Cut, Cut: var cut }
                ? cut switch { FtpCut.Connection => TransferEnd.Lost, FtpCut.Unnoticed => TransferEnd.Whole, _ => TransferEnd.Broken }
                : TransferEnd.Broken;
        }
        catch (Exception broken) when (broken is SocketException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return TransferEnd.Broken; // told to the client by 426
        }
    }

    private async Task EndAsync(TransferEnd end, CancellationToken stop, CancellationToken ct)
    {
        data.Finish();
        if (end == TransferEnd.Lost)
        {
            session.Ended = true;
            session.Control.Close();
            return;
        }

        if (end == TransferEnd.Broken)
        {
            await session.ReplyAsync("426 Connection closed; transfer aborted.", ct).ConfigureAwait(false);
            return;
        }

        if (_faults.Reply is { } late)
        {
            session.Mute = late.Wait == Timeout.InfiniteTimeSpan;
            if (session.Mute)
                return;
            await Task.Delay(late.Wait, stop).ConfigureAwait(false);
        }

        await session.ReplyAsync(path.EndsWith('/') ? "226 Directory send OK." : "226 Transfer complete.", ct).ConfigureAwait(false);
    }

    private enum TransferEnd { Whole, Broken, Lost }
}
