using System.Collections.Immutable;

namespace AppUpdater.Cli.Publishing;

/// <summary>What makes updates large, or should not leave the house: each in one line, with what to do.</summary>
internal static class BuildWarnings
{
    private const long LargeArchive = 1_000_000;
    private const int LeastStamped = 3;
    private const int MostNamed = 3;

    private static readonly ImmutableHashSet<string> Archives = Set(".zip", ".7z", ".rar", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".br", ".nupkg", ".msi", ".cab");
    private static readonly ImmutableHashSet<string> Symbols = Set(".pdb", ".dbg", ".dwarf", ".debug");
    private static readonly ImmutableHashSet<string> UserData = Set(".log", ".db", ".sqlite", ".sqlite3", ".user", ".suo", ".bak", ".tmp");
    private static readonly ImmutableHashSet<string> Secrets = Set(".key", ".pfx", ".p12", ".jks", ".keystore", ".kdbx");
    private static readonly ImmutableHashSet<string> SecretNames = Set(".env", "id_rsa", "id_ecdsa", "id_ed25519", ".netrc", ".pgpass", "secrets.json");
    private static readonly ImmutableHashSet<string> Assemblies = Set(".dll", ".exe");

    internal static IEnumerable<string> Of(ImmutableArray<HashedFile> files, EarlierRelease? last, CancellationToken ct)
    {
        var groups = new (IEnumerable<HashedFile> Found, string What)[]
        {
            (files.Where(file => MayBeBundle(file) && BundleMarker.IsCompressed(file.File.Source, ct)),
                "a compressed single-file bundle: one changed line changes all of it. Publish with EnableCompressionInSingleFile=false."),
            (files.Where(file => file.File.Size >= LargeArchive && Archives.Contains(Extension(file))),
                "packed already, so that a small change makes all of it new. Ship what is in it as files; they are compressed on the way."),
            (files.Where(file => Symbols.Contains(Extension(file))), "debug symbols. Keep them at home: DebugType=none, or delete them before publishing."),
            (files.Where(file => Secrets.Contains(Extension(file)) || SecretNames.Contains(file.File.Path.Name) || file.File.Path.Name.StartsWith(".env.", StringComparison.OrdinalIgnoreCase)),
                "a secret by its name, and everybody gets it. Remove it from the build."),
            (files.Where(file => UserData.Contains(Extension(file))), "a user's data by its name; an update replaces it. Remove it from the build, or list it under protect in dato.ini."),
            (files.Where(file => file.File.Path.Name.Equals("dato.ini", StringComparison.OrdinalIgnoreCase)), "an install's own settings, which no release may replace. Ship dato.ini.sample."),
        };
        return groups.Select(group => Line([.. group.Found.Select(file => file.File.Path.Value)], group.What)).OfType<string>()
            .Concat(last is null ? [] : Stamps(files, last));
    }

    /// <summary>
    /// Assemblies with as many bytes as before and others: a new version changes the length of nearly all, a stamp of none. That they differ
    /// in nothing else is not looked at, for it would mean to fetch them.
    /// </summary>
    private static IEnumerable<string> Stamps(ImmutableArray<HashedFile> files, EarlierRelease last)
    {
        var before = last.Manifest.Files.ToDictionary(file => file.Path);
        var assemblies = files.Where(file => Assemblies.Contains(Extension(file)) && before.ContainsKey(file.File.Path)).ToList();
        var stamped = assemblies.Where(file => before[file.File.Path] is var was && was.Size == file.File.Size && was.Hash != file.Hash).ToList();
        if (stamped.Count >= LeastStamped && stamped.Count * 2 >= assemblies.Count)
        {
            yield return $"{stamped.Count} of {assemblies.Count} assemblies have other bytes than in {last.Listed.Version} and the same size, as a stamp makes them "
                + "(time, path or commit). Build with ContinuousIntegrationBuild=true, PathMap and IncludeSourceRevisionInInformationalVersion=false.";
        }
    }

    private static string? Line(ImmutableArray<string> paths, string what) => paths.Length switch
    {
        0 => null,
        <= MostNamed => $"{string.Join(", ", paths)}: {what}",
        _ => $"{string.Join(", ", paths.Take(MostNamed))} and {paths.Length - MostNamed} more: {what}",
    };

    private static bool MayBeBundle(HashedFile file) => file.File.Size >= LargeArchive && Extension(file) is "" or ".exe";

    private static string Extension(HashedFile file) => Path.GetExtension(file.File.Path.Name).ToLowerInvariant();

    private static ImmutableHashSet<string> Set(params string[] values) => ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, values);
}
