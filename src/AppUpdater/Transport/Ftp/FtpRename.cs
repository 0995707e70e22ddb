namespace AppUpdater.Transport.Ftp;

/// <summary>Renames over what has the new name, in one write; where the server refuses that (IIS), after removing it.</summary>
internal static class FtpRename
{
    /// <exception cref="MissingException">There is nothing to rename.</exception>
    /// <exception cref="UnreachableException">The server refused.</exception>
    internal static async Task OverAsync(FtpSession session, RelativePath from, RelativePath to, CancellationToken ct)
    {
        var commands = Commands(session.Server, new RemoteMove(from, to));
        var replies = await session.SendAllAsync(commands, ct).ConfigureAwait(false);
        await FinishAsync(session, commands, replies[0], replies[1], ct).ConfigureAwait(false);
    }

    internal static FtpCommand[] Commands(FtpServer server, RemoteMove move) =>
        [new("RNFR", server.PathOf(move.From)), new("RNTO", server.PathOf(move.To))];

    /// <summary>Judges the replies to RNFR and RNTO, and makes room and renames again where they ask for it.</summary>
    internal static async Task FinishAsync(FtpSession session, FtpCommand[] commands, FtpReply from, FtpReply to, CancellationToken ct)
    {
        if (!from.IsIntermediate)
            throw session.Server.Refusal(from, commands[0].ToString());
        if (to.IsSuccess)
            return;
        if (to.IsTransientFailure)
            throw session.Server.WriteRefusal(to, commands[1]);

        // Where there was nothing to remove, the second RNTO fails as the first did.
        var again = await session.SendAllAsync([new FtpCommand("DELE", commands[1].Argument), .. commands], ct).ConfigureAwait(false);
        if (!again[2].IsSuccess)
            throw session.Server.WriteRefusal(to, commands[1]);
    }
}
