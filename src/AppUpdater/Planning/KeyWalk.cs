using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Planning;

/// <summary>Follows keys/N.ini from a set of keys to the one in force, one after the other, each held against the one before and itself.</summary>
internal static class KeyWalk
{
    /// <summary>In one check; more rotations than anybody makes in an install's life.</summary>
    private const int MostSteps = 256;

    /// <param name="source">Where keys/ may lie.</param>
    /// <param name="from">The set known so far.</param>
    /// <param name="install">Whose app they must be of.</param>
    /// <param name="isEnough">
    /// Whether a set will do: what comes after it is then asked for as a precaution only, in the way that is sooner answered and not every
    /// server's sure word.
    /// </param>
    /// <param name="keep">Remembers a set that was verified; it is in force whatever comes behind it.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="UntrustedException">The next file is not what both sets signed, or of another app or number.</exception>
    internal static async Task<KeySet> RunAsync(
        IRemoteSource source, KeySet from, InstallEnvironment install, Func<KeySet, bool> isEnough, Action<KeySet> keep, CancellationToken ct)
    {
        var set = from;
        for (var step = 0; step < MostSteps; step++)
        {
            var path = KeysFile.PathOf(set.Number + 1);
            var origin = $"{path} at {source.Location}";
            var known = set;
            byte[] bytes;
            try
            {
                bytes = await ReadLimit.RunAsync(
                    install, origin, KeysFile.MaxBytes,
                    token => isEnough(known)
                        ? source.ReadSmallFileIfThereAsync(path, KeysFile.MaxBytes, TooLarge, token)
                        : source.ReadSmallFileAsync(path, KeysFile.MaxBytes, TooLarge, token),
                    ct).ConfigureAwait(false);
            }
            catch (MissingException)
            {
                return set;
            }

            set = KeysFile.Follow(bytes, set, install.Settings.Install.App, origin);
            install.Log.LogInformation("The publisher's keys were replaced: {Number}, {Keys}", set.Number, string.Join(", ", set.Keys));
            keep(set);
        }

        throw new UntrustedException($"keys/ at {source.Location} goes on for more than {MostSteps} files. Nothing of it is used; ask the publisher.");
    }

    private static UntrustedException TooLarge(string message) => new(message);
}
