using AppUpdater.Transport.Retry;

namespace AppUpdater.Transport.Http;

/// <summary>A folder on a web server (RFC 9110, 9112, 9113).</summary>
internal sealed class HttpSource : IRemoteSource
{
    private readonly TransportOptions _options;
    private readonly HttpRequests _requests;
    private readonly HttpReads _reads;
    private readonly HttpStat _stat;
    private readonly HttpListing _listing;

    /// <exception cref="SettingsException">User, password or ca_file can't be used.</exception>
    internal HttpSource(RemoteLocation location, TransportOptions options)
    {
        (Location, _options) = (location, options);
        Retry = new RetryPolicy(options);
        var server = new HttpServer(location, options);
        var memory = new HttpMemory();
        _requests = new HttpRequests(server);
        _reads = new HttpReads(server, _requests, memory);
        _stat = new HttpStat(server, _requests, memory);
        _listing = new HttpListing(server, _requests, memory);
    }

    public RemoteLocation Location { get; }

    public RetryPolicy Retry { get; }

    public IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct) =>
        new FolderWalk(Location, ListFolderAsync, _options.Connections) { Gaps = _options.Gaps }.RunAsync(folder, enter, ct);

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) =>
        Retry.RunAsync($"Asking {Location} for {path}", attempt => _stat.RunAsync(path, attempt), ct);

    public async Task<IReadOnlyList<RemoteEntry?>> StatAllAsync(IReadOnlyList<RelativePath> paths, CancellationToken ct)
    {
        var found = new RemoteEntry?[paths.Count];
        var workers = new ParallelOptions { MaxDegreeOfParallelism = _options.Connections, CancellationToken = ct };
        await Parallel.ForAsync(0, found.Length, workers, async (i, token) =>
            found[i] = await StatAsync(paths[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return found;
    }

    public Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (length is { } count)
            ArgumentOutOfRangeException.ThrowIfNegative(count);
        return offset == 0 && length is null ? _reads.OpenWholeAsync(path, ct) : _reads.OpenPartAsync(path, offset, length, ct);
    }

    public ValueTask DisposeAsync()
    {
        _requests.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<RemoteEntry>> ListFolderAsync(RelativePath? folder, CancellationToken ct)
    {
        var listed = await Retry.RunAsync(
            $"Listing {folder?.Value ?? "the folder"} at {Location}", attempt => _listing.ListAsync(folder, attempt), ct).ConfigureAwait(false);
        var bare = listed.Where(entry => entry is { Kind: RemoteEntryKind.File } and ({ Size: null } or { Modified: null })).Select(entry => entry.Path).ToList();
        var looked = (await StatAllAsync(bare, ct).ConfigureAwait(false)).Zip(bare, (found, path) => found
            ?? throw new MissingException($"\"{path}\" is in the folder index of {Location}, and not there. Is an upload going on?"));
        var facts = looked.ToDictionary(entry => entry.Path);
        return [.. listed.Select(entry => facts.GetValueOrDefault(entry.Path, entry))];
    }
}
