using AppUpdater.Transport.Retry;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>A folder on an FTP server, for writing too: over the same connections as reading.</summary>
internal sealed class FtpTarget : IRemoteTarget
{
    private readonly FtpSource _source;
    private readonly FtpServer _server;
    private readonly FtpFolders _folders;

    internal FtpTarget(RemoteLocation location, TransportOptions options)
    {
        _source = new FtpSource(location, options);
        _server = _source.Server;
        _folders = new FtpFolders(_server);
    }

    public RemoteLocation Location => _source.Location;

    public RetryPolicy Retry => _source.Retry;

    public async Task UploadAsync(RemoteUpload upload, CancellationToken ct)
    {
        var work = new FtpUpload(_server, _folders, upload);
        await Retry.RunAsync(
            $"Sending {upload.Path} to {Location}",
            async attempt =>
            {
                try
                {
                    return await OverAsync(work.RunAsync, attempt).ConfigureAwait(false);
                }
                catch (UnreachableException e) when (e.IsTransient && work.IsAllSent)
                {
                    _server.Options.Log.LogInformation("{Upload} is sent and not confirmed; looking at it again: {Reason}", upload.Path, e.Message);
                    return await OverAsync(work.RunAsync, attempt).ConfigureAwait(false);
                }
            },
            ct).ConfigureAwait(false);
    }

    public Task MakeFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct) =>
        folders.Count == 0 ? Task.CompletedTask : RunAsync($"Making {folders.Count} folders", (session, token) => _folders.MakeAsync(session, folders, token), ct);

    public async Task<IReadOnlyList<bool>> DeleteAsync(IReadOnlyList<RelativePath> files, CancellationToken ct)
    {
        if (files.Count == 0)
            return [];
        var work = new FtpRemoval(_server, folders: null, files);
        await RunAsync($"Removing {files.Count} files", work.RunAsync, ct).ConfigureAwait(false);
        return work.Removed;
    }

    public async Task<IReadOnlyList<bool>> DeleteFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct)
    {
        if (folders.Count == 0)
            return [];
        foreach (var folder in folders)
            _folders.Forget(folder);
        var work = new FtpRemoval(_server, _folders, folders);
        await RunAsync($"Removing {folders.Count} folders", work.RunAsync, ct).ConfigureAwait(false);
        return work.Removed;
    }

    public Task MoveAsync(IReadOnlyList<RemoteMove> moves, CancellationToken ct) =>
        moves.Count == 0 ? Task.CompletedTask : RunAsync($"Renaming {moves.Count} files", new FtpMoves(_server, moves).RunAsync, ct);

    public async Task<IReadOnlyList<bool>> SetModifiedAsync(IReadOnlyList<RemoteStamp> stamps, CancellationToken ct)
    {
        var set = new bool[stamps.Count];
        await RunAsync(
            $"Setting the times of {stamps.Count} files",
            async (session, token) =>
            {
                if (_server.Features is not { TimeVerb: not null } features)
                    return;
                var commands = stamps.Select(stamp => FtpTimes.Setting(features, stamp.Modified, _server.PathOf(stamp.Path))!);
                var replies = await FtpBatch.SendAsync(session, [.. commands], together: 1, token).ConfigureAwait(false);
                for (var i = 0; i < set.Length; i++)
                    set[i] = replies[i].IsSuccess;
            },
            ct).ConfigureAwait(false);
        return set;
    }

    public IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct) =>
        _source.ListAsync(folder, enter, ct);

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) => _source.StatAsync(path, ct);

    public Task<IReadOnlyList<RemoteEntry?>> StatAllAsync(IReadOnlyList<RelativePath> paths, CancellationToken ct) => _source.StatAllAsync(paths, ct);

    public Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct) =>
        _source.OpenReadAsync(path, offset, length, ct);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private Task<bool> RunAsync(string what, Func<FtpSession, CancellationToken, Task> work, CancellationToken ct) =>
        Retry.RunAsync($"{what} at {Location}", attempt => OverAsync(work, attempt), ct);

    private async Task<bool> OverAsync(Func<FtpSession, CancellationToken, Task> work, CancellationToken ct)
    {
        using var lease = await _source.Pool.LeaseAsync(ct).ConfigureAwait(false);
        await work(lease.Session, ct).ConfigureAwait(false);
        return true;
    }
}
