using AppUpdater.Transport.Retry;

namespace AppUpdater.Transport;

/// <summary>
/// A folder on a server, for reading. Safe for concurrent use; how many requests run at once is the source's business.
/// </summary>
/// <exception cref="MissingException">The server answered and the thing is not there.</exception>
/// <exception cref="UnreachableException">The server can't be reached, refuses, or broke off; already retried where that may help.</exception>
/// <exception cref="UntrustedException">The server sent what no honest server sends: hostile names, endless replies.</exception>
internal interface IRemoteSource : IAsyncDisposable
{
    RemoteLocation Location { get; }

    /// <summary>How this place's transient failures are met, for whoever repeats more than one request. Listing and stat do it themselves.</summary>
    RetryPolicy Retry => RetryPolicy.Never;

    /// <summary>
    /// Everything below <paramref name="folder"/> (null: the location itself), at any depth, in no particular order, folders included.
    /// A folder for which <paramref name="enter"/> says no is told but not listed.
    /// </summary>
    IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct);

    /// <summary>One file's size and time, or null where it is not there.</summary>
    Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct);

    /// <summary>As <see cref="StatAsync"/>, for many at once, in the order asked.</summary>
    async Task<IReadOnlyList<RemoteEntry?>> StatAllAsync(IReadOnlyList<RelativePath> paths, CancellationToken ct)
    {
        var found = new RemoteEntry?[paths.Count];
        for (var i = 0; i < found.Length; i++)
            found[i] = await StatAsync(paths[i], ct).ConfigureAwait(false);
        return found;
    }

    /// <summary>So many reads at once come soon: what they need may be opened meanwhile. A hint; a read that fails says why by itself.</summary>
    void Expect(int reads)
    {
    }

    /// <summary>
    /// Opens a file that is read whole and mostly alone, such as version.ini: nothing is spent on making the reads after it faster.
    /// </summary>
    Task<RemoteReadStream> OpenAloneAsync(RelativePath path, CancellationToken ct) => OpenReadAsync(path, 0, length: null, ct);

    /// <summary>As <see cref="OpenAloneAsync"/>, for a file that is hardly ever there: that is learned sooner, by the server's word on its size.</summary>
    Task<RemoteReadStream> OpenIfThereAsync(RelativePath path, CancellationToken ct) => OpenAloneAsync(path, ct);

    /// <summary>
    /// Opens a file at an offset in bytes, to its end or for <paramref name="length"/> bytes. Read to the end of the stream, then call
    /// <see cref="RemoteReadStream.CompleteAsync"/>. Not retried: the caller knows at which byte to go on.
    /// </summary>
    /// <exception cref="RemoteChangedException">The file is not the one that this source listed or read before.</exception>
    Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct);
}
