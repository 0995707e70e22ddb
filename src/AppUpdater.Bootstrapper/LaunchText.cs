using System.Globalization;
using AppUpdater.Staging;
using NuGet.Versioning;

namespace AppUpdater.Bootstrapper;

/// <summary>The one line that tells how an update goes on. Fits into 80 columns, or it could not be written over.</summary>
internal static class LaunchText
{
    internal const int Columns = 79;
    private const int VersionColumns = 20;
    private const string Hint = " (any key starts without it)";

    /// <param name="offered">The version that comes; null while the server is asked for it.</param>
    /// <param name="progress">The last that staging told; null before it began.</param>
    /// <param name="canSkip">Whether a key is listened to.</param>
    internal static string Line(NuGetVersion? offered, UpdateProgress? progress, bool canSkip)
    {
        var line = (offered is null ? "looking for an update" : $"{Step(progress)} {Short(offered)}{Amount(progress)}") + (canSkip ? Hint : "");
        return line.Length <= Columns ? line : line[..Columns];
    }

    private static string Step(UpdateProgress? progress) => progress?.Phase switch
    {
        null => "comparing",
        UpdatePhase.Download => "fetching",
        UpdatePhase.Verify => "verifying",
        UpdatePhase.Backup => "backing up for",
        _ => "preparing",
    };

    private static string Short(NuGetVersion version) =>
        version.ToString() is { Length: > VersionColumns } text ? $"{text[..(VersionColumns - 1)]}…" : version.ToString();

    private static string Amount(UpdateProgress? progress)
    {
        if (progress is not { TotalBytes: > 0 })
            return "";
        var percent = string.Create(CultureInfo.InvariantCulture, $": {Math.Floor(100.0 * progress.Bytes / progress.TotalBytes):0} %");
        if (progress.Phase != UpdatePhase.Download)
            return percent;
        var speed = progress.BytesPerSecond > 0 ? $", {Megabytes(progress.BytesPerSecond)} MB/s" : "";
        return $"{percent}, {Megabytes(progress.Bytes)}/{Megabytes(progress.TotalBytes)} MB{speed}";
    }

    private static string Megabytes(double bytes) => (bytes / 1_000_000).ToString("0.0", CultureInfo.InvariantCulture);
}
