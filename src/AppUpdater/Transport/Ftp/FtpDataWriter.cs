using System.Globalization;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// What STOR or APPE takes. The order at the end is: last byte, end of the data connection, final reply. Disposing before that gives the
/// upload up: what the server has by then stays there, for the next try to go on with.
/// </summary>
internal sealed class FtpDataWriter(FtpServer server, FtpTransfer transfer) : IAsyncDisposable
{
    private static readonly TimeSpan LastWordWithin = TimeSpan.FromSeconds(2);

    private readonly IdleClock _idle = new(server.Options.DataIdleTimeout, server.Options.Clock);

    private long _count;

    /// <summary>The server's final word was no.</summary>
    internal bool IsRefused { get; private set; }

    private string Command => transfer.Exchange.Command;

    /// <exception cref="UnreachableException">The server broke off, took nothing for too long, or said no meanwhile.</exception>
    internal async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        // A full disk is told while the data is still on its way; some servers go on taking it. (A control connection that died meanwhile
        // is no answer: the bytes may arrive all the same.)
        if (transfer.Exchange.Final.IsCompletedSuccessfully)
            throw await BrokenAsync("ended early", null).ConfigureAwait(false);
        try
        {
            using var wait = _idle.Begin(ct);
            await transfer.Data.Stream.WriteAsync(bytes, wait.Token).ConfigureAwait(false);
            wait.Add(bytes.Length);
            _count += bytes.Length;
        }
        catch (IOException e)
        {
            throw await BrokenAsync("broke off", e).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            var failure = server.Unreachable($"took {_idle.Passed} more of {Command} for {server.Options.DataIdleTimeout.TotalSeconds:0.#} s, after {Bytes(_count)}.", e);
            transfer.Control.Poison(failure);
            throw failure;
        }
    }

    /// <summary>Ends the data and waits for the server's word on it.</summary>
    internal async Task CompleteAsync(CancellationToken ct)
    {
        using (var idle = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            idle.CancelAfter(server.Options.DataIdleTimeout);
            try
            {
                await transfer.Data.EndWritingAsync(idle.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
                throw await BrokenAsync("broke off", e).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw server.Unreachable($"did not take the end of {Command} in time, after {Bytes(_count)}.", e);
            }
        }

        var reply = await transfer.Control.WaitAsync(
            transfer.Exchange.Final, $"{Command} with its final word", server.Options.FinalReplyTimeout, ct).ConfigureAwait(false);
        if (!reply.IsSuccess)
            throw Refused(reply, "did not confirm");
    }

    public async ValueTask DisposeAsync()
    {
        _idle.Dispose();

        transfer.Control.Tls?.EndUpload();

        // With its last word the server has written all it got: the next try, on any connection, meets a file that no longer grows.
        if (transfer.Exchange.Final.IsCompleted)
            await transfer.Data.DisposeAsync().ConfigureAwait(false);
        else
            await FtpEarlyStop.RunAsync(server, transfer).ConfigureAwait(false);
    }

    /// <summary>The server mostly says why, on the other connection.</summary>
    private async Task<UnreachableException> BrokenAsync(string what, Exception? inner)
    {
        try
        {
            var word = await transfer.Exchange.Final.WaitAsync(LastWordWithin).ConfigureAwait(false);
            return Refused(word, what, inner);
        }
        catch (Exception e) when (e is TimeoutException or UpdateException or ObjectDisposedException)
        {
            var failure = server.Unreachable($"{what} {Command} after {Bytes(_count)}: {Wording.Of(inner ?? e)}", inner ?? e);
            transfer.Control.Poison(failure);
            return failure;
        }
    }

    private UnreachableException Refused(FtpReply reply, string what, Exception? inner = null)
    {
        IsRefused = !reply.IsSuccess;
        if (transfer.Data.RefusalOf(transfer.Exchange) is { } refusal)
            return refusal;

        // 5xx to bytes on their way: no space allowed (552), a name not allowed (553). Trying again would send them in vain.
        var isTransient = reply.IsSuccess || server.Refusal(reply, Command) is UnreachableException { IsTransient: true };
        return new UnreachableException($"{server.Address} {what} {Command} after {Bytes(_count)}: {reply}.", isTransient, inner);
    }

    private static string Bytes(long count) => count.ToString("N0", CultureInfo.InvariantCulture) + " bytes";
}
