using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Retry;

namespace AppUpdater.Planning;

/// <summary>version.ini, or version-&lt;channel&gt;.ini, as it lies at a place.</summary>
internal static class PointerFile
{
    internal static RelativePath PathOf(PolicySettings policy) => RelativePath.Parse(policy.Channel == "stable" ? "version.ini" : $"version-{policy.Channel}.ini");

    /// <summary>Not a byte beyond the cap is read.</summary>
    /// <exception cref="SettingsException">It is missing.</exception>
    internal static async Task<byte[]> ReadAsync(IRemoteSource source, RelativePath path, Func<string, UpdateException> tooLarge, RetryPolicy retry, CancellationToken ct)
    {
        try
        {
            return await source.ReadSmallFileAsync(path, SignedPointer.MaxBytes, tooLarge, retry, ct).ConfigureAwait(false);
        }
        catch (MissingException missing)
        {
            throw new SettingsException(
                $"{path} is missing at {source.Location}. Upload it there, or correct [server] url or [update] channel in dato.ini. ({missing.Message})",
                missing);
        }
    }
}
