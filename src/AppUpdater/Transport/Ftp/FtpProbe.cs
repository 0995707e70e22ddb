using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Finds out, on a transfer that is wanted anyway, whether the server keeps its order: the command goes out together with a NOOP before
/// the data connection is opened. The transfer can't end by then, so that a server which answers NOOP first does not keep it. Where the
/// order is right nothing is lost but the wait.
/// </summary>
internal sealed class FtpProbe(FtpServer server, FtpControl control, TimeSpan roundTrip)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The transfer, with its data connection where the server did not refuse it at once. Null, and nothing sent, where the reply to EPSV
    /// names no port.
    /// </summary>
    internal async Task<(FtpExchange Exchange, FtpDataChannel? Data)?> RunAsync(FtpCommand command, FtpReply passive, CancellationToken ct)
    {
        if (FtpPassive.PortOf(passive) is not { } port)
        {
            server.Order.Probed(isKept: false);
            return null;
        }

        try
        {
            var sent = await control.BeginAsync([command, new FtpCommand("NOOP")], ct, isTransfer: true).ConfigureAwait(false);
            _ = JudgeAsync(sent[0], sent[1]);
            var wait = roundTrip * 2 > ShortestWait ? roundTrip * 2 : ShortestWait;
            await Task.WhenAny(sent[0].Final, sent[1].Final, Task.Delay(wait, server.Options.Clock, ct)).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            var data = sent[0].Final.IsCompleted ? null : await control.OpenDataAsync(port, ct).ConfigureAwait(false);
            return (sent[0], data);
        }
        catch (Exception e)
        {
            // The server waits for a data connection that does not come.
            control.Poison(e);
            server.Order.Probed(isKept: false);
            throw;
        }
    }

    private async Task JudgeAsync(FtpExchange transfer, FtpExchange noop)
    {
        await ((Task)Task.WhenAll(transfer.Final, noop.Final)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var isKept = transfer.Final.IsCompletedSuccessfully && (await transfer.Final.ConfigureAwait(false)).IsSuccess
            && noop.Final.IsCompletedSuccessfully && (await noop.Final.ConfigureAwait(false)).IsSuccess;
        server.Order.Probed(isKept);
        server.Options.Log.LogDebug(
            "{Server}: {Found}", server.Address, server.Order.IsKept ? "ends a transfer before it answers the next command" : "not shown to keep the order of commands");
    }
}
