using System.Collections.Immutable;
using AppUpdater.Transport;

namespace AppUpdater.Releases;

/// <summary>Makes a release of a signed pointer and the manifest it names. Pure.</summary>
internal static class SignedReleaseBuilder
{
    /// <summary>The release's id: its version and the start of the manifest's hash.</summary>
    internal static string IdOf(VersionFile version) =>
        $"{version.Version.ToNormalizedString()}-{(version.Manifest ?? throw new ArgumentException("The pointer names no manifest.", nameof(version))).Hash.Hex[..16]}";

    /// <param name="version">The pointer, its signature checked; it names a manifest.</param>
    /// <param name="manifest">The manifest it names, read as signed.</param>
    /// <param name="reserved">Paths of the install that no release may name: <see cref="Settings.UpdateSettings.Reserved"/>.</param>
    /// <exception cref="UntrustedException">The manifest is of another release than the pointer, or names what no release may; the message says which.</exception>
    internal static Release Build(VersionFile version, ReleaseManifest manifest, ImmutableArray<RelativePath> reserved)
    {
        var reference = version.Manifest ?? throw new ArgumentException("The pointer names no manifest.", nameof(version));
        RequireOfPointer(version, manifest, reference);
        var forbidden = new ReservedPaths(reserved);
        if (manifest.Files.FirstOrDefault(file => forbidden.ForbidFile(file.Path)) is { } file)
            throw Reserved(reference, file.Path);
        foreach (var folder in manifest.EmptyFolders.Where(forbidden.ForbidFolder))
            throw Reserved(reference, folder);
        return new Release(
            version,
            [.. manifest.Files.Select(content => new ReleaseFile(content.Path, content.Path, content.Size, new RemoteTime(content.Modified, TimeSpan.FromSeconds(1))) { Content = content })],
            IdOf(version))
        {
            EmptyFolders = [.. manifest.EmptyFolders.Select(folder => new ReleaseFolder(folder, folder))],
            Manifest = manifest,
        };
    }

    // Both are the publisher's word: where they differ, his tool went wrong, or somebody signed what another had made.
    private static void RequireOfPointer(VersionFile version, ReleaseManifest manifest, ManifestReference reference)
    {
        if (manifest.App != version.App || manifest.Version != version.Version || !string.Equals(manifest.Platform, version.Platform, StringComparison.OrdinalIgnoreCase))
        {
            throw new UntrustedException(
                $"{reference.Path} is of {PathRules.Show(manifest.App)} {manifest.Version.ToNormalizedString()} for {PathRules.Show(manifest.Platform)}, and version.ini, "
                + $"which names it, of {PathRules.Show(version.App)} {version.Version.ToNormalizedString()} for {PathRules.Show(version.Platform)}. "
                + "Nothing was changed; the publisher must publish again.");
        }
    }

    private static UntrustedException Reserved(ManifestReference reference, RelativePath path) =>
        new($"{reference.Path} names {path}, which no update may touch. Nothing was changed; the publisher must publish without it.");
}
