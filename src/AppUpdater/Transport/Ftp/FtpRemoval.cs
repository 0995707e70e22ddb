namespace AppUpdater.Transport.Ftp;

/// <summary>Files or folders to be removed, over as many tries as it takes. For one caller at a time.</summary>
internal sealed class FtpRemoval(FtpServer server, FtpFolders? folders, IReadOnlyList<RelativePath> paths)
{
    private readonly bool?[] _removed = new bool?[paths.Count];
    private FtpBatch? _batch;
    private List<int> _asked = [];

    /// <summary>In the order asked. False for what was not there.</summary>
    internal IReadOnlyList<bool> Removed => Array.ConvertAll(_removed, removed => removed is true);

    /// <exception cref="UnreachableException">One is there and may not be removed, or is not empty.</exception>
    internal async Task RunAsync(FtpSession session, CancellationToken ct)
    {
        if (_batch is null)
        {
            _asked = [.. Enumerable.Range(0, paths.Count).Where(i => _removed[i] is null)];
            _batch = new FtpBatch([.. _asked.Select(Command)], together: 1);
        }

        var batch = _batch;
        await batch.RunAsync(session, ct).ConfigureAwait(false);
        _batch = null;
        var refused = new List<int>();
        for (var i = 0; i < _asked.Count; i++)
        {
            if (batch.Replies[i].IsSuccess)
                _removed[_asked[i]] = true;
            else
                refused.Add(i);
        }

        // 550 means "not there" as well as "may not": only asking tells.
        var exist = await ExistAsync(session, [.. refused.Select(i => paths[_asked[i]])], ct).ConfigureAwait(false);
        for (var k = 0; k < refused.Count; k++)
        {
            var i = refused[k];
            if (exist[k])
                throw server.WriteRefusal(batch.Replies[i], Command(_asked[i]));

            // The answer to an earlier one may have been lost with its connection.
            _removed[_asked[i]] = batch.MayHaveBeenDone(i);
        }
    }

    private FtpCommand Command(int index) => new(folders is null ? "DELE" : "RMD", server.PathOf(paths[index]));

    private async Task<bool[]> ExistAsync(FtpSession session, RelativePath[] refused, CancellationToken ct)
    {
        if (folders is not null)
            return await folders.ExistAsync(session, refused, ct).ConfigureAwait(false);
        var found = await FtpStat.AllAsync(session, refused, ct).ConfigureAwait(false);
        return Array.ConvertAll(found, entry => entry is not null);
    }
}
