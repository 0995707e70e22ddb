namespace AppUpdater.Transport;

/// <summary>
/// A folder on a server, for reading and writing. Safe for concurrent use. Fails as <see cref="IRemoteSource"/> does; what asks for more
/// than one file goes out together where the server lets it, and is answered in the order asked.
/// </summary>
internal interface IRemoteTarget : IRemoteSource
{
    /// <summary>
    /// Puts a file there, never half seen: sent under <see cref="RemoteUpload.TemporaryPath"/>, its size compared, its time set where the
    /// server can, and renamed over what had the name. Folders above are made. An earlier try that broke off is gone on with. Transient
    /// failures are retried.
    /// </summary>
    Task UploadAsync(RemoteUpload upload, CancellationToken ct);

    /// <summary>Makes folders and those above them; one that is there is fine.</summary>
    Task MakeFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct);

    /// <summary>Removes files. False for one that was not there.</summary>
    Task<IReadOnlyList<bool>> DeleteAsync(IReadOnlyList<RelativePath> files, CancellationToken ct);

    /// <summary>Removes empty folders. False for one that was not there.</summary>
    /// <exception cref="UnreachableException">One is not empty, or may not be removed.</exception>
    Task<IReadOnlyList<bool>> DeleteFoldersAsync(IReadOnlyList<RelativePath> folders, CancellationToken ct);

    /// <summary>Renames files, over what has the new name; folders above the new name are there already.</summary>
    /// <exception cref="MissingException">One is not there.</exception>
    Task MoveAsync(IReadOnlyList<RemoteMove> moves, CancellationToken ct);

    /// <summary>Sets modification times, to the second. False: this server can't, or not for this file; its times then are those of the upload.</summary>
    Task<IReadOnlyList<bool>> SetModifiedAsync(IReadOnlyList<RemoteStamp> stamps, CancellationToken ct);
}

internal readonly record struct RemoteMove(RelativePath From, RelativePath To);

internal readonly record struct RemoteStamp(RelativePath Path, DateTimeOffset Modified);
