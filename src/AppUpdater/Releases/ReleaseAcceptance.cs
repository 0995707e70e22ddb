using System.Globalization;
using System.Runtime.InteropServices;
using AppUpdater.Settings;

namespace AppUpdater.Releases;

/// <summary>
/// Whether a release may be used by an install that has no keys and never saw a signed release; what has keys is <see cref="SignedPointer"/>'s.
/// Pure; asked right after version.ini was read, before anything else.
/// </summary>
internal static class ReleaseAcceptance
{
    /// <summary>
    /// Signature, app and platform, in this order. A signed pointer whose keys nobody named here, where unsigned ones are allowed, is taken
    /// as what it is without them: the word of whoever can write to the server. Its manifest is used, and nothing it says is remembered.
    /// </summary>
    /// <param name="version">What the server offers.</param>
    /// <param name="settings">What the install accepts.</param>
    /// <param name="signedSeen">Whether a signed release was ever seen here.</param>
    /// <exception cref="UntrustedException">It is not signed and must be, or nobody allowed that.</exception>
    /// <exception cref="SettingsException">It is for another app or platform, or needs a later version of this library.</exception>
    internal static void Require(VersionFile version, UpdateSettings settings, bool signedSeen)
    {
        RequireTrust(version, settings, signedSeen);
        if (!string.Equals(version.App, settings.Install.App, StringComparison.Ordinal))
        {
            throw new SettingsException(
                $"version.ini at the server is of app {PathRules.Show(version.App)}, dato.ini asks for {PathRules.Show(settings.Install.App)}. "
                + "Correct [server] url or [install] app.");
        }

        if (!RunsHere(version.Platform))
        {
            throw new SettingsException(
                $"version.ini at the server is for platform {PathRules.Show(version.Platform)}, this is {RuntimeInformation.RuntimeIdentifier}. "
                + "Point [server] url to the release for this platform.");
        }
    }

    /// <summary>Asked only where the release would be installed: an expired one stops nothing else.</summary>
    /// <exception cref="UntrustedException">The release has expired.</exception>
    internal static void RequireFresh(VersionFile version, DateTimeOffset now)
    {
        if (version.Expires is { } expires && expires <= now)
        {
            // Invariant: other calendars count other years.
            var at = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            throw new UntrustedException(
                $"version.ini at the server offers {version.Version} and expired at {at}; "
                + "nothing new is installed from it. Its publisher must publish again; check this machine's clock too.");
        }
    }

    private static void RequireTrust(VersionFile version, UpdateSettings settings, bool signedSeen)
    {
        if (settings.Trust.Keys.Length > 0 || signedSeen)
        {
            throw new UntrustedException(
                "version.ini at the server is not signed, and "
                + (signedSeen ? "a signed release was seen here before" : "dato.ini names keys under [trust]")
                + ": unsigned ones are refused, whatever allow_unsigned says.");
        }

        if (version.IsSigned && version.Manifest is null)
        {
            throw new UntrustedException(
                "version.ini at the server is signed and names no manifest: a signature over it says nothing of the files. Its publisher must publish again.");
        }

        if (version.IsSigned && !settings.Trust.AllowUnsigned)
        {
            throw new UntrustedException(
                "version.ini at the server is signed, and this install knows no keys to check that with. "
                + "Put the publisher's .pub file beside dato.ini and name it: keys = publisher.pub under [trust].");
        }

        if (!settings.Trust.AllowUnsigned)
        {
            throw new UntrustedException(
                "version.ini at the server is not signed. To accept that, trusting the server and everybody on the way to it, "
                + "write allow_unsigned = true under [trust] in dato.ini.");
        }
    }

    /// <summary>Whether a release for this platform is one for this machine.</summary>
    // A runtime built from source names its distribution; what releases name is the portable id.
    internal static bool RunsHere(string platform)
    {
        var isMusl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : isMusl ? "linux-musl" : "linux";
        string[] fitting =
        [
            "any", system, $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", RuntimeInformation.RuntimeIdentifier,
        ];
        return fitting.Contains(platform, StringComparer.OrdinalIgnoreCase);
    }
}
