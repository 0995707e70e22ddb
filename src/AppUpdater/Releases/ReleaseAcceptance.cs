using System.Globalization;
using System.Runtime.InteropServices;
using AppUpdater.Settings;

namespace AppUpdater.Releases;

/// <summary>Whether a release may be used by this install at all. Pure; asked right after version.ini was read, before anything else.</summary>
internal static class ReleaseAcceptance
{
    /// <summary>Signature, app and platform, in this order.</summary>
    /// <param name="version">What the server offers.</param>
    /// <param name="settings">What the install accepts.</param>
    /// <param name="signedSeen">Whether a signed release was ever installed here.</param>
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
        if (version.IsSigned || version.Manifest is not null)
        {
            throw new SettingsException(
                "version.ini at the server is of a signed release. This version of AppUpdater installs plain trees only; a later one is needed.");
        }

        if (settings.Trust.Keys.Length > 0 || signedSeen)
        {
            throw new UntrustedException(
                "version.ini at the server is not signed, and "
                + (signedSeen ? "a signed release was installed here before" : "dato.ini names keys under [trust]")
                + ": unsigned ones are refused, whatever allow_unsigned says.");
        }

        if (!settings.Trust.AllowUnsigned)
        {
            throw new UntrustedException(
                "version.ini at the server is not signed. To accept that, trusting the server and everybody on the way to it, "
                + "write allow_unsigned = true under [trust] in dato.ini.");
        }
    }

    // A runtime built from source names its distribution; what releases name is the portable id.
    private static bool RunsHere(string platform)
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
