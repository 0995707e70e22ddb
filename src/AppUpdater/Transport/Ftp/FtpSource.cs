using AppUpdater.Transport.Retry;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>A folder on an FTP server (RFC 959, 1123, 2428, 3659).</summary>
internal sealed class FtpSource : IRemoteSource
{
    private readonly FtpServer _server;
    private readonly FtpPool _pool;
    private readonly FtpKnownFiles _known = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _ahead = Task.CompletedTask;

    internal FtpSource(RemoteLocation location, TransportOptions options)
    {
        Location = location;
        Retry = new RetryPolicy(options);
        _server = new FtpServer(location, options);
        _pool = new FtpPool(_server);
    }

    /// <summary>Shared with the target that writes to the same place.</summary>
    internal FtpServer Server => _server;

    /// <inheritdoc cref="Server"/>
    internal FtpPool Pool => _pool;

    public RemoteLocation Location { get; }

    public RetryPolicy Retry { get; }

    /// <summary>
    /// Breadth first, several folders at once. No connection is held while the caller works on what it got, so it may read files
    /// meanwhile.
    /// </summary>
    public IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct) =>
        new FolderWalk(Location, ListFoldersAsync, _server.Options.Connections) { Together = () => _server.StatListing.Together, Gaps = _server.Options.Gaps }
            .RunAsync(folder, enter, ct);

    public async Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) => (await StatAllAsync([path], ct).ConfigureAwait(false))[0];

    public async Task<IReadOnlyList<RemoteEntry?>> StatAllAsync(IReadOnlyList<RelativePath> paths, CancellationToken ct)
    {
        if (paths.Count == 0)
            return [];
        var found = await Retry.RunAsync(
            $"Asking {_server.Address} for {paths[0]}",
            async attempt =>
            {
                using var lease = await _pool.LeaseAsync(attempt).ConfigureAwait(false);
                return await FtpStat.AllAsync(lease.Session, paths, attempt).ConfigureAwait(false);
            },
            ct).ConfigureAwait(false);
        foreach (var entry in found)
            _known.Note(entry);
        return found;
    }

    /// <summary>
    /// Connects and logs in as often as there are reads and connections for them; those that are open already count, and ask for a port.
    /// </summary>
    public void Expect(int reads)
    {
        // All are begun before the first is given back: else each would find that one, and nothing be opened.
        var leases = new Task<FtpLease>[Math.Min(reads, _server.Options.Connections)];
        for (var i = 0; i < leases.Length; i++)
            leases[i] = _pool.LeaseForReadingAsync(_ending.Token);
        _ahead = Task.WhenAll([_ahead, .. leases.Select(GiveBackAsync)]);
    }

    public Task<RemoteReadStream> OpenAloneAsync(RelativePath path, CancellationToken ct) => OpenAsync(path, FtpSpan.Alone, ct);

    public Task<RemoteReadStream> OpenIfThereAsync(RelativePath path, CancellationToken ct) => OpenAsync(path, FtpSpan.IfThere, ct);

    public Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        return OpenAsync(path, new FtpSpan(offset, length), ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _ahead.ConfigureAwait(false);
        _pool.Dispose();
        _server.Dispose();
        _ending.Dispose();
    }

    private async Task<RemoteReadStream> OpenAsync(RelativePath path, FtpSpan span, CancellationToken ct)
    {
        var lease = await _pool.LeaseForReadingAsync(ct).ConfigureAwait(false);
        try
        {
            var stream = await lease.Session.OpenReadAsync(_server.PathOf(path), span, ct).ConfigureAwait(false);
            stream.Own(lease, token => SizeAsync(path, token), (size, token) => IsAsBeforeAsync(path, size, token));
            return stream;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async Task GiveBackAsync(Task<FtpLease> ahead)
    {
        try
        {
            using var lease = await ahead.ConfigureAwait(false);
            await lease.Session.AskAheadAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is UpdateException or OperationCanceledException)
        {
            // The read that wanted it meets the same, and tells of it.
            _server.Options.Log.LogDebug("{Server}: no connection ahead: {Reason}", _server.Address, failure.Message);
        }
    }

    /// <summary>Several by STAT where the server does that; what it did not tell of, by the sure way.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<RemoteEntry>>> ListFoldersAsync(IReadOnlyList<RelativePath?> folders, CancellationToken ct)
    {
        var quick = _server.StatListing.IsUsed
            ? await Retry.RunAsync(
                $"Listing {folders.Count} folders at {Location}",
                async attempt =>
                {
                    using var lease = await _pool.LeaseAsync(attempt).ConfigureAwait(false);
                    return await _server.StatListing.ListAsync(lease.Session, [.. folders.Select(_server.PathOf)], attempt).ConfigureAwait(false);
                },
                ct).ConfigureAwait(false)
            : new List<FtpEntry>?[folders.Count];
        return await Task.WhenAll(folders.Zip(quick, async (folder, listed) =>
            Entries(folder, listed ?? await ListFolderAsync(folder, ct).ConfigureAwait(false)))).ConfigureAwait(false);
    }

    private Task<List<FtpEntry>> ListFolderAsync(RelativePath? folder, CancellationToken ct) =>
        Retry.RunAsync(
            $"Listing {folder?.Value ?? "the folder"} at {Location}",
            async attempt =>
            {
                using var lease = await _pool.LeaseAsync(attempt).ConfigureAwait(false);
                var path = _server.PathOf(folder);
                var listed = await FtpFolder.ListAsync(lease.Session, path, attempt).ConfigureAwait(false);
                await _server.StatListing.ProbeAsync(lease.Session, path, listed, attempt).ConfigureAwait(false);
                return listed;
            },
            ct);

    private List<RemoteEntry> Entries(RelativePath? folder, List<FtpEntry> listed)
    {
        var entries = new List<RemoteEntry>(listed.Count);
        foreach (var entry in listed)
        {
            if (entry.IsSelfOrParent)
                continue;
            if (PathOf(folder, entry.Name) is not { } path)
                continue;
            entries.Add(new RemoteEntry(path, entry.Kind, entry.Size, TimeOf(entry)));
            _known.Note(entries[^1]);
        }

        return entries;
    }

    /// <summary>A listed name made a path. Rules: <see cref="RelativePath"/>; and a name is one segment. Null: it is a gap.</summary>
    private RelativePath? PathOf(RelativePath? folder, string name)
    {
        var problem = RelativePath.ProblemOf(folder is { } parent ? $"{parent}/{name}" : name, out var path);
        if (name.Contains('/', StringComparison.Ordinal))
            problem = "A name has a slash.";
        if (problem is null)
            return path;
        var refusal = new UntrustedException($"{_server.Address} lists {PathRules.Show(name)} in {_server.PathOf(folder)}: {problem} Rename it on the server.");
        if (_server.Options.Gaps is not { } gaps)
            throw refusal;
        gaps.AddName(folder, name, refusal);
        return null;
    }

    private async Task<long?> SizeAsync(RelativePath path, CancellationToken ct) =>
        _known.SizeOf(path) ?? (await StatAsync(path, ct).ConfigureAwait(false))?.Size;

    private async Task<bool> IsAsBeforeAsync(RelativePath path, long size, CancellationToken ct)
    {
        var before = _known.TimeOf(path);
        var now = await StatAsync(path, ct).ConfigureAwait(false);
        return now?.Size == size && FtpKnownFiles.MayBeEqual(before, now.Modified);
    }

    private RemoteTime? TimeOf(FtpEntry entry) => entry.Time is { } time ? _server.Zone.ToUtc(time) : null;
}
