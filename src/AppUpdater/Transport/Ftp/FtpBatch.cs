namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Many commands that need no data connection, several in one write. Their replies come in the same order (RFC 959 4.2 has servers queue
/// commands; vsftpd, ProFTPD, Pure-FTPd and pyftpdlib answered 600 in one write one after the other). Broken off, it goes on over another
/// connection. For one caller at a time.
/// </summary>
/// <param name="commands">In this order.</param>
/// <param name="together">So many commands in a row stay in one write: 2 for RNFR and RNTO.</param>
internal sealed class FtpBatch(IReadOnlyList<FtpCommand> commands, int together)
{
    // Replies are taken off the line while a batch is written, so neither side can wait for the other for ever. The caps are for what
    // stands between, command buffers of small servers and routers that read along; and what a broken line leaves unanswered stays few.
    private const int MaxCommands = 64;
    private const int MaxBytes = 16 * 1024;

    private readonly List<FtpReply> _replies = new(commands.Count);
    private readonly HashSet<int> _repeated = [];
    private int _sent;

    /// <summary>Of the commands answered so far.</summary>
    internal IReadOnlyList<FtpReply> Replies => _replies;

    /// <summary>All of them over one connection.</summary>
    internal static async Task<IReadOnlyList<FtpReply>> SendAsync(
        FtpSession session, IReadOnlyList<FtpCommand> commands, int together, CancellationToken ct)
    {
        var batch = new FtpBatch(commands, together);
        await batch.RunAsync(session, ct).ConfigureAwait(false);
        return batch.Replies;
    }

    /// <summary>Sends what is not answered yet. A failure leaves the connection poisoned.</summary>
    internal async Task RunAsync(FtpSession session, CancellationToken ct)
    {
        _repeated.UnionWith(Enumerable.Range(_replies.Count, _sent - _replies.Count));
        while (_replies.Count < commands.Count)
        {
            var next = Portion(session.Server.Names);
            _sent = _replies.Count + next.Length;
            _replies.AddRange(await session.SendAllAsync(next, ct).ConfigureAwait(false));
        }
    }

    /// <summary>Whether a command went out before, over a connection that broke before it was answered: it may have been carried out then.</summary>
    internal bool MayHaveBeenDone(int index) => _repeated.Contains(index);

    private FtpCommand[] Portion(FtpNames names)
    {
        var (end, bytes) = (_replies.Count, 0);
        while (end < commands.Count)
        {
            for (var i = end; i < end + together; i++)
                bytes += names.Encode(commands[i]).Length;
            if (end > _replies.Count && (end + together - _replies.Count > MaxCommands || bytes > MaxBytes))
                break;
            end += together;
        }

        return [.. commands.Skip(_replies.Count).Take(end - _replies.Count)];
    }
}
