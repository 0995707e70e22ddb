using System.Collections.Immutable;
using AppUpdater.Transport;

namespace AppUpdater.Releases;

/// <summary>Makes a release of a pointer and the manifest it names. Pure.</summary>
internal static class SignedRelease
{
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    /// <summary>The release's id: its version and the start of the manifest's hash.</summary>
    internal static string IdOf(VersionFile version) => $"{version.Version.ToNormalizedString()}-{version.Manifest!.Hash.Hex[..16]}";

    /// <param name="version">A pointer that names a manifest.</param>
    /// <param name="manifest">What lies there, checked.</param>
    /// <param name="reserved">Paths of the install that no release may name.</param>
    /// <exception cref="UntrustedException">The manifest is of another release, or names a path that no release may.</exception>
    internal static Release Of(VersionFile version, ReleaseManifest manifest, ImmutableArray<RelativePath> reserved)
    {
        RequireSame("app", manifest.App, version.App);
        RequireSame("version", manifest.Version.ToFullString(), version.Version.ToFullString());
        RequireSame("platform", manifest.Platform, version.Platform);

        // version.ini in the install is written by the commit alone.
        var all = reserved.Add(RelativePath.Parse("version.ini"));
        var names = all.Select(TargetCollisions.Fold).ToHashSet(StringComparer.Ordinal);
        var folders = all.SelectMany(path => path.Folders()).Select(TargetCollisions.Fold).ToHashSet(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            if (folders.Contains(TargetCollisions.Fold(file.Path)) || IsReserved(file.Path, names))
                throw Reserved(file.Path);
        }

        foreach (var folder in manifest.EmptyFolders)
        {
            if (IsReserved(folder, names))
                throw Reserved(folder);
        }

        return new Release(
            version,
            [.. manifest.Files.Select(file => new ReleaseFile(file.Path, file.Path, file.Size, new RemoteTime(file.Modified, Precision)) { Content = file })],
            IdOf(version))
        {
            EmptyFolders = [.. manifest.EmptyFolders.Select(folder => new ReleaseFolder(folder, folder))],
            Manifest = manifest,
        };
    }

    private static bool IsReserved(RelativePath path, HashSet<string> names) => path.Folders().Prepend(path).Any(here => names.Contains(TargetCollisions.Fold(here)));

    private static UntrustedException Reserved(RelativePath path) =>
        new($"The release's manifest names {path}, which in this install no update may touch. Nothing of it is used; publish it without that file.");

    private static void RequireSame(string what, string inManifest, string inPointer)
    {
        if (inManifest != inPointer)
        {
            throw new UntrustedException(
                $"version.ini says {what} {PathRules.Show(inPointer)}, and the manifest it names {PathRules.Show(inManifest)}: they are of two releases. "
                + "Nothing of it is used; its publisher must publish again.");
        }
    }
}
