using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Renames over what has the new name, in one write. Where the server refuses that (IIS), the file that has it is put aside, and removed
/// once the new one is there: at no moment is there neither.
/// </summary>
internal static class FtpRename
{
    /// <exception cref="MissingException">There is nothing to rename.</exception>
    /// <exception cref="UnreachableException">The server refused.</exception>
    internal static async Task OverAsync(FtpSession session, RemoteMove move, CancellationToken ct)
    {
        var replies = await session.SendAllAsync(Commands(session.Server, move), ct).ConfigureAwait(false);
        await FinishAsync(session, move, replies[0], replies[1], ct).ConfigureAwait(false);
    }

    internal static FtpCommand[] Commands(FtpServer server, RemoteMove move) =>
        [new("RNFR", server.PathOf(move.From)), new("RNTO", server.PathOf(move.To))];

    /// <summary>Judges the replies to RNFR and RNTO, and makes room and renames again where they ask for it.</summary>
    internal static async Task FinishAsync(FtpSession session, RemoteMove move, FtpReply from, FtpReply to, CancellationToken ct)
    {
        var server = session.Server;
        var commands = Commands(server, move);
        if (!from.IsIntermediate)
            throw server.Refusal(from, commands[0].ToString());
        if (to.IsSuccess)
            return;

        // A folder stays where it is, and where there is nothing, the second RNTO would fail as the first did.
        var refusal = server.WriteRefusal(to, commands[1]);
        if (to.IsTransientFailure || (await FtpStat.AllAsync(session, [move.To], ct).ConfigureAwait(false))[0] is not { Kind: RemoteEntryKind.File })
            throw refusal;
        await ReplaceAsync(session, commands, new RemoteMove(move.To, move.To.Beside(".replaced")), refusal, ct).ConfigureAwait(false);
    }

    /// <summary>What is left there by a crash is older than what has the name, and goes.</summary>
    private static async Task ReplaceAsync(
        FtpSession session, FtpCommand[] commands, RemoteMove aside, UnreachableException refusal, CancellationToken ct)
    {
        var server = session.Server;
        var removal = new FtpCommand("DELE", server.PathOf(aside.To));
        var replies = await session.SendAllAsync([removal, .. Commands(server, aside), .. commands], ct).ConfigureAwait(false);
        if (replies[4].IsSuccess)
        {
            var removed = await session.SendAsync(removal, ct).ConfigureAwait(false);
            if (!removed.IsSuccess && replies[2].IsSuccess)
                server.Options.Log.LogWarning("{Server} answered {Reply} to {Command}: that file may be removed by hand.", server.Address, removed, removal);
            return;
        }

        if (replies[2].IsSuccess)
        {
            var back = await session.SendAllAsync(Commands(server, new RemoteMove(aside.To, aside.From)), ct).ConfigureAwait(false);
            if (!back[1].IsSuccess)
            {
                throw new UnreachableException(
                    $"{Wording.Of(refusal)} The file that had the name is {aside.To} now, and the server does not rename it back: {back[1]}.", isTransient: false);
            }
        }

        throw refusal;
    }
}
