namespace AppUpdater.Transport;

/// <summary>How much of a listing is taken from any server before it counts as hostile.</summary>
internal static class ListingLimits
{
    /// <summary>In all folders together.</summary>
    internal const int MaxEntries = 1_000_000;

    /// <summary>Folders within folders.</summary>
    internal const int MaxDepth = 64;

    /// <summary>Of one folder's listing as sent.</summary>
    internal const int MaxBytes = 64 * 1024 * 1024;
}
