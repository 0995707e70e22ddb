namespace AppUpdater.Planning;

/// <summary>How far a check goes.</summary>
public sealed record CheckOptions
{
    /// <summary>Plan also where the server's version is not newer, was rolled back from, or is remembered as bad.</summary>
    public bool Force { get; init; }

    /// <summary>Fetch every file of the release, not only what differs.</summary>
    public bool EveryFile { get; init; }

    /// <summary>
    /// For a caller that gives up after so long: no place but the last may use more of it than its share, so that a fallback gets its turn.
    /// </summary>
    internal TimeSpan? Within { get; init; }

    /// <summary>Told once version.ini says something new: what follows, the listing first, takes its time for a reason.</summary>
    internal Action<Offer>? Offered { get; init; }
}
