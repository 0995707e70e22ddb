namespace AppUpdater.Transport.Ftp;

/// <summary>Files to be renamed, over as many tries as it takes. For one caller at a time.</summary>
internal sealed class FtpMoves(FtpServer server, IReadOnlyList<RemoteMove> moves)
{
    private readonly bool[] _done = new bool[moves.Count];
    private readonly HashSet<int> _begun = [];
    private FtpBatch? _batch;
    private List<int> _asked = [];

    /// <exception cref="MissingException">One is not there.</exception>
    internal async Task RunAsync(FtpSession session, CancellationToken ct)
    {
        if (_batch is null)
        {
            _asked = [.. Enumerable.Range(0, moves.Count).Where(i => !_done[i])];
            _batch = new FtpBatch([.. _asked.SelectMany(i => FtpRename.Commands(server, moves[i]))], together: 2);
        }

        var batch = _batch;
        await batch.RunAsync(session, ct).ConfigureAwait(false);
        _batch = null;
        for (var i = 0; i < _asked.Count; i++)
            _done[_asked[i]] = batch.Replies[2 * i].IsIntermediate && batch.Replies[(2 * i) + 1].IsSuccess;
        for (var i = 0; i < _asked.Count; i++)
        {
            var (index, move, from) = (_asked[i], moves[_asked[i]], batch.Replies[2 * i]);
            if (_done[index])
                continue;

            // The answer to an earlier one may have been lost with its connection: then the old name is gone and the new one there.
            var isGone = from is { IsIntermediate: false, IsTransientFailure: false } && (batch.MayHaveBeenDone(2 * i) || _begun.Contains(index));
            if (!isGone || !await IsAtAsync(session, move.To, ct).ConfigureAwait(false))
            {
                _begun.Add(index);
                await FtpRename.FinishAsync(session, move, from, batch.Replies[(2 * i) + 1], ct).ConfigureAwait(false);
            }

            _done[index] = true;
        }
    }

    private static async Task<bool> IsAtAsync(FtpSession session, RelativePath path, CancellationToken ct) =>
        (await FtpStat.AllAsync(session, [path], ct).ConfigureAwait(false))[0] is not null;
}
