using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Ends a transfer before its end: closes the data connection, takes the one reply that servers owe for that, and asks NOOP. Only where
/// NOOP gets its own answer the connection is in step and may be used again; any other is thrown away, as curl does with all.
/// No ABOR: it is answered by one reply or two, as the server and the moment have it.
/// </summary>
internal static class FtpEarlyStop
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    /// <summary>Returns within four seconds, and never fails: afterwards the connection is either in step or poisoned.</summary>
    internal static async Task RunAsync(FtpServer server, FtpTransfer transfer)
    {
        // vsftpd, ProFTPD and pyftpdlib owe a 426, or a 226 where all was sent already; Pure-FTPd a second 150, which must count as the end.
        transfer.Exchange.GiveUp();
        await transfer.Data.DisposeAsync().ConfigureAwait(false);
        try
        {
            await transfer.Exchange.Final.WaitAsync(Within).ConfigureAwait(false);

            // Only now: ProFTPD and pyftpdlib answer a NOOP that comes during a transfer at once, before the reply that they owe.
            using var deadline = new CancellationTokenSource(Within);
            var answer = await transfer.Control.SendAsync(new FtpCommand("NOOP"), deadline.Token).ConfigureAwait(false);
            if (answer.Code != 200)
                throw server.Unreachable($"answered NOOP with {answer}: that was meant for {transfer.Exchange.Command}.");
        }
        catch (Exception e) when (e is UpdateException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            server.Options.Log.LogDebug("{Server}: connection dropped with {Command}: {Reason}", server.Address, transfer.Exchange.Command, e.Message);
            transfer.Control.Poison(e);
        }
    }
}
