using System.Net.Sockets;
using System.Security.Authentication;

namespace AppUpdater.Testing.Ftp;

/// <summary>One transfer from its opening reply to its final one, with the faults that were asked for.</summary>
internal sealed class FtpTransfer(FtpSession session, DataConnection data, string path)
{
    private static readonly TimeSpan AnswersFirst = TimeSpan.FromMilliseconds(20);

    private readonly (TransferFault? Data, TransferFault? Reply) _faults = session.Faults.TakeForTransfer(path, session.Server.Options.CutAfter);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the opening reply is out, or none will come.</summary>
    internal Task Opened => _opened.Task;

    /// <summary>Runs <paramref name="body"/>, which tells whether a fault cut it off. <paramref name="stop"/> is ABOR's, <paramref name="ct"/> the server's.</summary>
    internal async Task RunAsync(string opening, Func<FtpTransfer, CancellationToken, Task<bool>> body, CancellationToken stop, CancellationToken ct)
    {
        try
        {
            if (!await data.OpenAsync(stop).ConfigureAwait(false))
            {
                await session.ReplyAsync("425 Failed to establish connection.", ct).ConfigureAwait(false);
                return;
            }

            session.Server.CountRoundTrip();
            await session.ReplyAsync(opening, ct).ConfigureAwait(false);
            _opened.TrySetResult();
            await EndAsync(await CarryAsync(body, stop).ConfigureAwait(false), stop, ct).ConfigureAwait(false);
        }
        finally
        {
            _opened.TrySetResult();
            data.Dispose();
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
            var read = await content.ReadAsync(_buffer.AsMemory(0, Portion(left)), ct).ConfigureAwait(false);
            if (read == 0)
                return false;
            await data.SendAsync(_buffer.AsMemory(0, read), ct).ConfigureAwait(false);
            session.Server.CountSent(read);
            if (IsDripping)
                await Task.Delay(_faults.Data!.Wait, ct).ConfigureAwait(false);
            await session.Server.Pace.SpendAsync(read, ct).ConfigureAwait(false);
            left -= read;
        }

        return await FaultAsync(ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Receives into a file: from its start anew, from <paramref name="offset"/> on over what lies there (as vsftpd and ProFTPD do, who cut
    /// nothing off and fill a gap with zeros), or, where that is null, at its end.
    /// </summary>
    internal async Task<bool> ReceiveFileAsync(string local, long? offset, CancellationToken ct)
    {
        var file = new FileStream(local, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);
        await using (file.ConfigureAwait(false))
        {
            if (offset == 0)
                file.SetLength(0);
            file.Position = offset ?? file.Length;
            var left = _faults.Data?.Bytes ?? long.MaxValue;
            while (left > 0)
            {
                var read = await data.ReceiveAsync(_buffer.AsMemory(0, Portion(left)), ct).ConfigureAwait(false);
                if (read == 0)
                    return false;
                await file.WriteAsync(_buffer.AsMemory(0, read), ct).ConfigureAwait(false);
                await session.Server.Pace.SpendAsync(read, ct).ConfigureAwait(false);
                left -= read;
            }
        }

        return await FaultAsync(ct).ConfigureAwait(false);
    }

    private bool IsDripping => _faults.Data?.Kind == TransferFaultKind.Drip;

    private int Portion(long left) => IsDripping ? 1 : session.Server.Pace.Portion((int)Math.Min(_buffer.Length, left));

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
            if (session.IsProtected)
                await data.SecureAsync(session.Server.Tls!, stop).ConfigureAwait(false);
            if (!await body(this, stop).ConfigureAwait(false))
                return TransferEnd.Whole;
            return _faults.Data is { Kind: TransferFaultKind.Cut, Cut: var cut }
                ? cut switch { FtpCut.Connection => TransferEnd.Lost, FtpCut.Unnoticed => TransferEnd.Whole, _ => TransferEnd.Broken }
                : TransferEnd.Broken;
        }
        catch (Exception broken) when (broken is SocketException or AuthenticationException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return TransferEnd.Broken; // told to the client by 426
        }
    }

    private async Task EndAsync(TransferEnd end, CancellationToken stop, CancellationToken ct)
    {
        await data.FinishAsync(isTold: end == TransferEnd.Whole && session.Faults.Tls != FtpTlsFault.NoCloseNotify).ConfigureAwait(false);
        if (session.Server.Options.AsyncReplies)
            await Task.Delay(AnswersFirst, stop).ConfigureAwait(false);
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
