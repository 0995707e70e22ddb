namespace AppUpdater.Transport.Folder;

/// <summary>What the file system says, in the failures of a transport.</summary>
internal static class FolderFailures
{
    // ENOSPC and ERROR_DISK_FULL, as .NET passes them on.
    private const int NoSpaceLeft = 28;
    private const int DiskFull = unchecked((int)0x80070070);

    internal static async Task<T> ToldAsync<T>(string shown, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Told(shown, e);
        }
    }

    /// <param name="shown">The full path.</param>
    /// <param name="failure">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    internal static UpdateException Told(string shown, Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => new MissingException($"{shown} is not there.", failure),
        UnauthorizedAccessException => new UnreachableException($"{shown}: this user may not do that: {Wording.Of(failure)}", isTransient: false, failure),
        IOException { HResult: NoSpaceLeft or DiskFull } => new UnreachableException(
            $"{shown}: the disk is full: {Wording.Of(failure)}", isTransient: false, failure),
        _ => new UnreachableException($"{shown} can't be reached: {Wording.Of(failure)}", failure),
    };
}
