using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>Tells a failure of one file from a server that is gone.</summary>
internal static class ServerProbe
{
    /// <summary>Why one file failed, where the server still answers.</summary>
    /// <exception cref="UnreachableException">It does not: whatever follows would fail, too.</exception>
    internal static async Task<Wording> ReasonAsync(IRemoteSource source, RelativePath path, UpdateException failure, CancellationToken ct)
    {
        if (failure is UnreachableException { IsTransient: true })
        {
            try
            {
                await source.StatAsync(path, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is MissingException or UntrustedException or UnreachableException { IsTransient: false })
            {
                return failure.Wording; // an answer all the same
            }
        }

        return failure.Wording;
    }
}
