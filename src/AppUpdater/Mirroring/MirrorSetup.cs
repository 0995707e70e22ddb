using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>A mirror's options, checked and taken apart.</summary>
internal sealed record MirrorSetup(
    MirrorOptions Options, MirrorPlace Place, RemoteLocation Location, TransportOptions Transport, FilterRules Filter, IDurableFiles Files)
{
    internal ListingGaps Gaps => Transport.Gaps!;

    /// <exception cref="SettingsException">An option is wrong; the message names it and what is allowed.</exception>
    internal static MirrorSetup Of(MirrorOptions options, string direction)
    {
        ArgumentNullException.ThrowIfNull(options);
        var location = RemoteLocation.Parse(options.Url, "The URL");
        RequireNumbers(options);
        if (!Path.IsPathFullyQualified(options.Directory))
            throw new SettingsException($"\"{options.Directory}\" is no full path. Give the folder of the mirror from the root on.");
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Directory));
        if (location.Scheme == RemoteScheme.Folder && (IsWithin(root, location.Path) || IsWithin(location.Path, root)))
            throw new SettingsException($"{root} and {location.Path} lie within each other: a mirror would mirror itself. Choose folders apart.");
        if (options.ReadyFile is { } ready)
            FilterRules.RequireGlob(ready);
        if (options.Last.FirstOrDefault(name => !RelativePath.TryParse(name, out _, out _)) is { } odd)
            throw new SettingsException($"{PathRules.Show(odd)} is no name of a file that could be sent last.");
        var files = DurableFiles.ForThisSystem();
        var place = MirrorPlace.Of(root, location, options.User, direction);
        var transport = new TransportOptions
        {
            Server = new ServerSettings
            {
                Url = options.Url,
                User = options.User,
                Password = options.Password is { } password ? new Secret(password) : null,
                CaFile = options.CaFile,
                Fingerprint = options.Fingerprint,
            },
            Connections = options.Connections,
            Rate = new ByteRate(options.Rate, options.Clock),
            Limits = new ServerLimits(options.Clock, options.IsDryRun ? null : new ServerLimitsFile(place.Servers, files, options.Logger)),
            Retries = options.Retries,
            LoginAdvice = "Check user and password.",
            RetryDelay = options.RetryDelay,
            Gaps = new ListingGaps(),
            Clock = options.Clock,
            Log = options.Logger,
        };
        return new MirrorSetup(options, place, location, transport, new FilterRules(options.Filter, new OwnFiles(root, options.OwnLogs, options.IsCaseless)), files);
    }

    private static void RequireNumbers(MirrorOptions options)
    {
        if (options.Connections is < 1 or > 64)
            throw new SettingsException($"{options.Connections} connections are not possible: 1 to 64 are.");
        if (options.Rate < 1)
            throw new SettingsException($"A rate of {options.Rate} bytes a second moves nothing. Give 1 or more, or none.");
        if (options.MaxDelete < 0 || options.MinFree < 0 || options.Settle < TimeSpan.Zero)
            throw new SettingsException("The most files to remove, the bytes to keep free and the time to settle are 0 or more.");
    }

    private static bool IsWithin(string path, string folder) =>
        path.Equals(folder, LocalPaths.Comparison)
        || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, LocalPaths.Comparison);
}
