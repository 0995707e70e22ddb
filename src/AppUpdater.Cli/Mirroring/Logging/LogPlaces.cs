using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>Which log files a job has, and in which format. Pure.</summary>
internal static class LogPlaces
{
    private const int LongestUser = 64;

    /// <summary>What <see cref="MirrorOptions.OwnLogs"/> is to hold, so that no log is ever mirrored itself.</summary>
    /// <exception cref="SettingsException">Two logs would be one file.</exception>
    internal static ImmutableArray<OwnLog> Of(MirrorDirection direction, MirrorLogOptions log)
    {
        var places = ImmutableArray.CreateBuilder<OwnLog>();
        if (log.Folder is { } folder)
            places.Add(new OwnLog(Path.Join(Path.GetFullPath(folder), FileName(direction, User(log)))));
        if (log.JsonFile is { } json)
            places.Add(new OwnLog(Path.GetFullPath(json)));
        if (places.Count == 2 && places[0].FullPath.Equals(places[1].FullPath, LocalPaths.Comparison))
            throw new SettingsException($"{places[0].FullPath} can't be both the log for people and that of JSON lines. Choose another file for one of them.");
        return places.ToImmutable();
    }

    /// <inheritdoc cref="Of"/>
    internal static IReadOnlyList<(OwnLog Place, ILogFormat Format)> WithFormats(MirrorJob job, TimeZoneInfo zone)
    {
        var log = job.Log;
        var user = User(log);
        ILogFormat people = log.Style == MirrorLogStyle.Seed ? new SeedFormat(user, job.Direction, zone) : new StandardFormat(user, zone);
        ILogFormat[] formats = [.. log.Folder is null ? Array.Empty<ILogFormat>() : [people], .. log.JsonFile is null ? Array.Empty<ILogFormat>() : [new JsonFormat(user, job, zone)]];
        return [.. Of(job.Direction, log).Zip(formats)];
    }

    /// <summary>Whoever runs the mirror, where no name was given.</summary>
    private static string User(MirrorLogOptions log) => log.User is { Length: > 0 } user ? user : Environment.UserName;

    private static string FileName(MirrorDirection direction, string user) =>
        $"{(direction == MirrorDirection.Pull ? "download" : "upload")}_log_{Safe(user)}.txt";

    // No dot: "ana.2026-11-20" would have the name of a day of ana's.
    private static string Safe(string user)
    {
        var name = string.Concat(user.Take(LongestUser).Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '@' ? c : '_'));
        return name.Length == 0 ? "_" : name;
    }
}
