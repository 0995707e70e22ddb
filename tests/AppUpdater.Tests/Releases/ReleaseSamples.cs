using System.Collections.Immutable;
using System.Text;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Releases;

/// <summary>Short ways to say a version.ini, a listing, a dato.ini.</summary>
internal static class ReleaseSamples
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    internal static VersionFile Version(string version = "1.1.0", string more = "") => VersionFileParser.Parse(
        Encoding.UTF8.GetBytes($"[version]\nformat = 1\napp = app\nversion = {version}\n{more}"), "version.ini");

    internal static RemoteEntry Entry(string path, long? size = 10, RemoteEntryKind kind = RemoteEntryKind.File) =>
        new(RelativePath.Parse(path), kind, size, new RemoteTime(Noon, TimeSpan.FromSeconds(1)));

    internal static UpdateSettings Dato(bool allowUnsigned = true, params string[] keys) => new()
    {
        File = "/app/dato.ini",
        Server = new ServerSettings { Url = "ftp://h/" },
        Install = new InstallSettings { App = "app", Directory = "/app" },
        Trust = new TrustSettings { AllowUnsigned = allowUnsigned, Keys = [.. keys] },
        Update = new PolicySettings(),
        Warnings = [],
        Reserved = [],
    };

    internal static ImmutableArray<RelativePath> Paths(params string[] paths) => [.. paths.Select(RelativePath.Parse)];
}
