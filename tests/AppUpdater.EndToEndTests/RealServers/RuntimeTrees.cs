using System.IO.Compression;
using System.Reflection;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// Three releases of one real program: the .NET runtime for linux-x64, 202 files and 100 MB each. Of the later two, 7 files are alike, 78 differ in size,
/// 116 differ at equal size, and one changes its name: each tree gets one time of its own, as an uploader would give it.
/// </summary>
public static class RuntimeTrees
{
    public const string Oldest = "10.0.12";
    public const string Old = "10.0.13";
    public const string New = "10.0.14";
    public const int Files = 202;

    /// <summary>The time of every file of <paramref name="version"/>.</summary>
    public static DateTime TimeOf(string version) => new(2026, version switch { Oldest => 5, Old => 6, _ => 7 }, 1, 10, 0, 0, DateTimeKind.Utc);

    /// <summary>Lays out the whole content of the package in <paramref name="folder"/>, which is created.</summary>
    public static void LayOut(string version, string folder)
    {
        ZipFile.ExtractToDirectory(Package(version), folder);
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, TimeOf(version));
            count++;
        }

        if (count != Files)
            throw new InvalidOperationException($"The package {Package(version)} has {count} files, not {Files}.");
    }

    private static string Package(string version)
    {
        var packages = typeof(RuntimeTrees).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(tag => tag.Key == "RuntimeTrees").Value!;
        return Path.Join(packages, version, $"{Path.GetFileName(packages)}.{version}.nupkg");
    }
}
