using System.Runtime.CompilerServices;
using AppUpdater.Transport.Retry;

namespace AppUpdater.Transport.Ftp;

/// <summary>A folder on an FTP server (RFC 959, 1123, 2428, 3659).</summary>
internal sealed class FtpSource : IRemoteSource
{
    private const int MaxEntries = 1_000_000;
    private const int MaxDepth = 64;

    private readonly FtpServer _server;
    private readonly FtpPool _pool;

    internal FtpSource(RemoteLocation location, TransportOptions options)
    {
        Location = location;
        Retry = new RetryPolicy(options);
        _server = new FtpServer(location, options);
        _pool = new FtpPool(_server);
    }

    public RemoteLocation Location { get; }

    public RetryPolicy Retry { get; }

    /// <summary>
    /// Breadth first, several folders at once. No connection is held while the caller works on what it got, so it may read files
    /// meanwhile.
    /// </summary>
    public async IAsyncEnumerable<RemoteEntry> ListAsync(
        RelativePath? folder, Func<RelativePath, bool> enter, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var waiting = new Queue<(RelativePath? Path, int Depth)>([(folder, 0)]);
        var running = new List<Task<(List<RemoteEntry> Entries, int Depth)>>();
        var count = 0;
        try
        {
            while (waiting.Count > 0 || running.Count > 0)
            {
                while (running.Count < _server.Options.Connections && waiting.TryDequeue(out var next))
                    running.Add(ListFolderAsync(next.Path, next.Depth, stop.Token));
                var done = await Task.WhenAny(running).ConfigureAwait(false);
                running.Remove(done);
                var (entries, depth) = await done.ConfigureAwait(false);
                count += entries.Count;
                if (count > MaxEntries)
                    throw new UntrustedException($"{Location} lists more than {MaxEntries:N0} entries.");
                foreach (var entry in entries)
                {
                    if (entry.Kind == RemoteEntryKind.Directory && enter(entry.Path))
                        waiting.Enqueue((entry.Path, Depth(entry.Path, depth)));
                    yield return entry;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) =>
        Retry.RunAsync($"Asking {_server.Address} for {path}", attempt => StatOnceAsync(path, attempt), ct);

    public async Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var lease = await _pool.LeaseAsync(ct).ConfigureAwait(false);
        try
        {
            var stream = await lease.Session.OpenReadAsync(_server.PathOf(path), offset, ct).ConfigureAwait(false);
            stream.Own(lease);
            return stream;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _pool.Dispose();
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private int Depth(RelativePath path, int parent) => parent < MaxDepth
        ? parent + 1
        : throw new UntrustedException($"{Location} has folders more than {MaxDepth} deep, such as {path}.");

    private async Task<(List<RemoteEntry> Entries, int Depth)> ListFolderAsync(RelativePath? folder, int depth, CancellationToken ct)
    {
        var listed = await Retry.RunAsync(
            $"Listing {folder?.Value ?? "the folder"} at {Location}",
            async attempt =>
            {
                using var lease = await _pool.LeaseAsync(attempt).ConfigureAwait(false);
                return await FtpFolder.ListAsync(lease.Session, _server.PathOf(folder), attempt).ConfigureAwait(false);
            },
            ct).ConfigureAwait(false);
        var entries = new List<RemoteEntry>(listed.Count);
        foreach (var entry in listed)
        {
            if (!entry.IsSelfOrParent)
                entries.Add(new RemoteEntry(PathOf(folder, entry.Name), entry.Kind, entry.Size, TimeOf(entry)));
        }

        return (entries, depth);
    }

    /// <summary>A listed name made a path. Rules: <see cref="RelativePath"/>; and a name is one segment.</summary>
    private RelativePath PathOf(RelativePath? folder, string name)
    {
        var problem = name.Contains('/', StringComparison.Ordinal) ? "A name has a slash." : null;
        if (problem is null && RelativePath.TryParse(folder is { } parent ? $"{parent}/{name}" : name, out var path, out problem))
            return path;
        throw new UntrustedException($"{_server.Address} lists {PathRules.Show(name)} in {_server.PathOf(folder)}: {problem} Rename it on the server.");
    }

    private RemoteTime? TimeOf(FtpEntry entry) => entry.Time is { } time ? _server.Zone.ToUtc(time) : null;

    private async Task<RemoteEntry?> StatOnceAsync(RelativePath path, CancellationToken ct)
    {
        using var lease = await _pool.LeaseAsync(ct).ConfigureAwait(false);
        var full = _server.PathOf(path);
        return _server.Features is { Mlst: true }
            ? await FactsAsync(lease.Session, path, full, ct).ConfigureAwait(false)
            : await SizeAndTimeAsync(lease.Session, path, full, ct).ConfigureAwait(false);
    }

    private async Task<RemoteEntry?> FactsAsync(FtpSession session, RelativePath path, string full, CancellationToken ct)
    {
        var reply = await session.SendAsync(new FtpCommand("MLST", full), ct).ConfigureAwait(false);
        if (reply.Code is 550 or 501)
            return null;
        if (!reply.IsSuccess)
            throw _server.Refusal(reply, $"MLST {full}");

        // The line between; jlaffaye/ftp has met none to many leading spaces. Its name may be a full path and is not used.
        foreach (var line in reply.Lines)
        {
            if (MlsxLine.TryParse(line.TrimStart(), out var entry))
                return new RemoteEntry(path, entry.Kind, entry.Size, TimeOf(entry));
        }

        throw new UntrustedException($"{_server.Address} answered MLST {full} with {reply}, which is not understood.");
    }

    private async Task<RemoteEntry?> SizeAndTimeAsync(FtpSession session, RelativePath path, string full, CancellationToken ct)
    {
        var replies = await session.SendAllAsync([new FtpCommand("SIZE", full), new FtpCommand("MDTM", full)], ct).ConfigureAwait(false);
        var (size, time) = (replies[0], replies[1]);
        if (size.IsUnknownCommand)
            return await FromListingAsync(session, path, ct).ConfigureAwait(false);
        if (size.Code == 550)
            return null;
        if (size.Code != 213)
            throw _server.Refusal(size, $"SIZE {full}");
        var modified = time.Code == 213 ? FtpTimes.ParseModify(time.Text.Trim()) : null;
        return new RemoteEntry(
            path, RemoteEntryKind.File, FtpTimes.Size(size.Text.Trim()), modified is { } known ? _server.Zone.ToUtc(known) : null);
    }

    /// <summary>For servers older than SIZE.</summary>
    private async Task<RemoteEntry?> FromListingAsync(FtpSession session, RelativePath path, CancellationToken ct)
    {
        var entries = await FtpFolder.ListAsync(session, _server.PathOf(path.Parent), ct).ConfigureAwait(false);
        return entries.Find(entry => entry.Name == path.Name) is { } found
            ? new RemoteEntry(path, found.Kind, found.Size, TimeOf(found))
            : null;
    }
}
