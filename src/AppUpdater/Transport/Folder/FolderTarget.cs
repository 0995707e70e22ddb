using System.IO.Abstractions;
using AppUpdater.Transport.Retry;

namespace AppUpdater.Transport.Folder;

/// <summary>A folder on this machine or on a share, for writing too.</summary>
internal sealed class FolderTarget : IRemoteTarget
{
    private readonly FolderSource _source;
    private readonly TransportOptions _options;

    internal FolderTarget(RemoteLocation location, IFileSystem files, TransportOptions options)
    {
        _source = new FolderSource(location, files, options);
        _options = options;
    }

    public RemoteLocation Location => _source.Location;

    public RetryPolicy Retry => _source.Retry;

    public Task UploadAsync(RemoteUpload upload, CancellationToken ct)
    {
        var work = new FolderUpload(Location, upload, _options);
        return RunAsync(upload.Path, "Writing", work.RunAsync, ct);
    }

    public Task MakeFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct) =>
        ForEachAsync(folders, folder => folder, "Making", folder => Directory.CreateDirectory(FolderPaths.Below(Location, folder)).Exists, ct);

    public Task<IReadOnlyList<bool>> DeleteAsync(IReadOnlyList<RelativePath> files, CancellationToken ct) =>
        ForEachAsync(files, file => file, "Removing", DeleteFile, ct);

    public Task<IReadOnlyList<bool>> DeleteFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct) =>
        ForEachAsync(folders, folder => folder, "Removing", DeleteFolder, ct);

    public Task MoveAsync(IReadOnlyList<RemoteMove> moves, CancellationToken ct) =>
        ForEachAsync(moves, move => move.From, "Renaming", Move, ct);

    public Task<IReadOnlyList<bool>> SetModifiedAsync(IReadOnlyList<RemoteStamp> stamps, CancellationToken ct) =>
        ForEachAsync(stamps, stamp => stamp.Path, "Setting the time of", SetModified, ct);

    public IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct) =>
        _source.ListAsync(folder, enter, ct);

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) => _source.StatAsync(path, ct);

    public Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct) =>
        _source.OpenReadAsync(path, offset, length, ct);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private bool DeleteFile(RelativePath path)
    {
        var file = new FileInfo(FolderPaths.Below(Location, path));
        if (!file.Exists && file.LinkTarget is null)
            return false;
        file.Delete();
        return true;
    }

    private bool DeleteFolder(RelativePath path)
    {
        var folder = new DirectoryInfo(FolderPaths.Below(Location, path));
        if (!folder.Exists)
            return false;
        folder.Delete();
        return true;
    }

    private bool Move(RemoteMove move)
    {
        FolderPaths.Replace(new FileInfo(FolderPaths.Below(Location, move.From)), FolderPaths.Below(Location, move.To));
        return true;
    }

    private bool SetModified(RemoteStamp stamp)
    {
        var file = new FileInfo(FolderPaths.Below(Location, stamp.Path));
        if (!file.Exists || file.LinkTarget is not null)
            return false;
        file.LastWriteTimeUtc = stamp.Modified.UtcDateTime;
        return true;
    }

    /// <summary>One after the other: what a share is asked costs it no connection.</summary>
    private async Task<IReadOnlyList<bool>> ForEachAsync<T>(
        IReadOnlyList<T> items, Func<T, RelativePath> path, string what, Func<T, bool> action, CancellationToken ct)
    {
        var results = new bool[items.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var item = items[i];
            results[i] = await RunAsync(path(item), what, token => Task.Run(() => action(item), token), ct).ConfigureAwait(false);
        }

        return results;
    }

    private Task<bool> RunAsync(RelativePath path, string what, Func<CancellationToken, Task<bool>> work, CancellationToken ct) =>
        Retry.RunAsync($"{what} {path.Under(Location.Path)}", attempt => FolderFailures.ToldAsync(path.Under(Location.Path), () => work(attempt)), ct);
}
