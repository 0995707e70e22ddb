using AppUpdater.Planning;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>Compares times of the two sides. Pure.</summary>
internal static class FileTimes
{
    // FAT keeps times to two seconds.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Whether the server's time is later than the one here, by more than either side can't tell apart.</summary>
    internal static bool IsLater(RemoteTime server, DateTimeOffset here) => server.Utc - here >= Coarseness(server);

    /// <summary>The reverse. A coarse time is cut off, so that what it stands for may be as much later.</summary>
    internal static bool IsEarlier(RemoteTime server, DateTimeOffset here) => here - server.Utc >= Coarseness(server);

    /// <summary>What recorded and listed times of all files say together about a change of zone.</summary>
    internal static TimeComparison Compare(MirrorState state, IReadOnlyDictionary<RelativePath, PlannedFile> listed)
    {
        var equal = new List<(RemoteTime, RemoteTime)>();
        var other = new List<(RemoteTime, RemoteTime)>();
        foreach (var (path, file) in listed)
        {
            if (file.Modified is { } now && state.Files.TryGetValue(path, out var known) && known.Remote is { } before)
                (known.Size == file.Size ? equal : other).Add((before, now));
        }

        return TimeComparison.Of(equal, other);
    }

    private static TimeSpan Coarseness(RemoteTime time) => time.Precision > Tolerance ? time.Precision : Tolerance;
}
