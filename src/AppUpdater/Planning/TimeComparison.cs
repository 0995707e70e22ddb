using AppUpdater.Transport;

namespace AppUpdater.Planning;

/// <summary>
/// Compares recorded times with listed ones. Times are hints: they are compared at the coarser of their precisions, and where all files
/// moved by one same step of a time zone, the zone changed and not the tree. Where in doubt, a file counts as changed: fetching it again
/// costs bytes, keeping it costs the update.
/// </summary>
internal sealed class TimeComparison
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FarthestZones = TimeSpan.FromHours(26);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly TimeSpan _shift;

    private TimeComparison(TimeSpan shift) => _shift = shift;

    /// <summary>Two times without a thought of zones.</summary>
    internal static bool Same(RemoteTime one, RemoteTime other) => Fits(one, other, TimeSpan.Zero);

    /// <summary>Finds whether the zone changed.</summary>
    /// <param name="equalSize">Recorded and listed time of every file whose size did not change.</param>
    /// <param name="otherSize">The same of every file whose size changed: it was written anew.</param>
    internal static TimeComparison Of(
        IReadOnlyCollection<(RemoteTime Recorded, RemoteTime Listed)> equalSize,
        IReadOnlyCollection<(RemoteTime Recorded, RemoteTime Listed)> otherSize)
    {
        var shift = Candidate(equalSize);
        // A tree that was built again moves as one, too: then the files that are certain to be new moved with the others.
        var isZone = shift != TimeSpan.Zero
            && equalSize.All(pair => Fits(pair.Recorded, pair.Listed, shift))
            && !otherSize.Any(pair => Fits(pair.Recorded, pair.Listed, shift));
        return new TimeComparison(isZone ? shift : TimeSpan.Zero);
    }

    /// <summary>Whether a file's time speaks for its being unchanged. A time that is not known speaks for nothing.</summary>
    internal bool Agrees(RemoteTime? recorded, RemoteTime? listed) =>
        recorded is { } before && listed is { } now && Fits(before, now, _shift);

    /// <summary>The time to record of an unchanged file: the finer of the two, but the listed one after a change of zone.</summary>
    internal RemoteTime? Keep(RemoteTime? recorded, RemoteTime? listed) =>
        _shift == TimeSpan.Zero && recorded is { } before && listed is { } now && before.Precision < now.Precision ? recorded : listed;

    private static bool Fits(RemoteTime recorded, RemoteTime listed, TimeSpan shift) =>
        (listed.Utc - recorded.Utc - shift).Duration() < Coarser(recorded, listed);

    private static TimeSpan Coarser(RemoteTime one, RemoteTime other)
    {
        var coarser = one.Precision > other.Precision ? one.Precision : other.Precision;
        return coarser > TimeSpan.Zero ? coarser : TimeSpan.FromTicks(1);
    }

    private static TimeSpan Candidate(IReadOnlyCollection<(RemoteTime Recorded, RemoteTime Listed)> pairs)
    {
        var telling = pairs.Where(pair => Coarser(pair.Recorded, pair.Listed) < Quarter).ToList();
        // One file, or files that all bear one time (builds stamp them so), moved by themselves as well as with a zone.
        if (telling.Count < 2 || telling.TrueForAll(pair => Same(pair.Recorded, telling[0].Recorded)))
            return TimeSpan.Zero;
        var (recorded, listed) = telling.MinBy(pair => Coarser(pair.Recorded, pair.Listed));
        var shift = Quarter * Math.Round((listed.Utc - recorded.Utc) / Quarter);
        // No server moves to the other side of the date line; a nightly build moves its tree by just a day.
        return shift.Duration() > FarthestZones || shift.Duration() == Day ? TimeSpan.Zero : shift;
    }
}
