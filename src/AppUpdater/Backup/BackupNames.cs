using System.Globalization;
using NuGet.Versioning;

namespace AppUpdater.Backup;

/// <summary>Names of backups and of what lies in them.</summary>
internal static class BackupNames
{
    /// <summary>Where no version was installed before.</summary>
    internal const string NoVersion = "none";

    // In a folder that no release may name: nothing of the app's can bear these names.
    internal const string Manifest = RelativePath.OwnFolder + "/backup.json";
    internal const string Installed = RelativePath.OwnFolder + "/installed.json";

    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";

    internal static string For(NuGetVersion? from, NuGetVersion to, DateTimeOffset at) =>
        $"{from?.ToNormalizedString() ?? NoVersion}-to-{to.ToNormalizedString()}-{at.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}.zip";

    /// <summary>When a backup was made, by its name; null where the file is none of ours.</summary>
    internal static DateTimeOffset? TimeOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name.Contains("-to-", StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(
                name[(name.LastIndexOf('-') + 1)..], Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
    }
}
