using AppUpdater.Settings;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;
using AppUpdater.Transport.Retry;

namespace AppUpdater.Tests.Cli.Publishing;

/// <summary>A folder that tells what was put there and in which order, and breaks off where it is told to.</summary>
internal sealed class RecordingTarget : IRemoteTarget
{
    private readonly IRemoteTarget _folder;

    internal RecordingTarget(string folder) =>
        _folder = RemoteSources.OpenTarget(RemoteLocation.Parse(folder), TransportTestOptions.Create(server: new ServerSettings { Url = folder }));

    /// <summary>Files of releases, without the claims of publishers.</summary>
    internal List<string> Uploads { get; } = [];

    internal List<string> Removed { get; } = [];

    /// <summary>So many uploads get through; each after them fails before it begins.</summary>
    internal int Allowed { get; set; } = int.MaxValue;

    /// <summary>Runs before a file is put there.</summary>
    internal Action<string>? Before { get; set; }

    public RemoteLocation Location => _folder.Location;

    public RetryPolicy Retry => _folder.Retry;

    public async Task UploadAsync(RemoteUpload upload, CancellationToken ct)
    {
        var isClaim = upload.Path.Value.StartsWith("publishing-", StringComparison.Ordinal);
        if (!isClaim && Uploads.Count == Allowed)
            throw new UnreachableException("The line is cut.");
        Before?.Invoke(upload.Path.Value);
        await _folder.UploadAsync(upload, ct);
        if (!isClaim)
            Uploads.Add(upload.Path.Value);
    }

    public Task<IReadOnlyList<bool>> DeleteAsync(IReadOnlyList<RelativePath> files, CancellationToken ct)
    {
        Removed.AddRange(files.Select(file => file.Value).Where(file => !file.StartsWith("publishing-", StringComparison.Ordinal)));
        return _folder.DeleteAsync(files, ct);
    }

    public Task MakeFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct) => _folder.MakeFoldersAsync(folders, ct);

    public Task<IReadOnlyList<bool>> DeleteFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct) => _folder.DeleteFoldersAsync(folders, ct);

    public Task MoveAsync(IReadOnlyList<RemoteMove> moves, CancellationToken ct) => _folder.MoveAsync(moves, ct);

    public Task<IReadOnlyList<bool>> SetModifiedAsync(IReadOnlyList<RemoteStamp> stamps, CancellationToken ct) => _folder.SetModifiedAsync(stamps, ct);

    public IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct) => _folder.ListAsync(folder, enter, ct);

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) => _folder.StatAsync(path, ct);

    public Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct) => _folder.OpenReadAsync(path, offset, length, ct);

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
