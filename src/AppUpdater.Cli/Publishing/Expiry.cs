using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>When a pointer expires that takes another's place. Pure.</summary>
internal static class Expiry
{
    /// <summary>What <c>--expires never</c> means.</summary>
    internal static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    /// <summary>The term asked for; else that of the pointer before, begun anew: who once set one is not to lose it by an option left out.</summary>
    internal static DateTimeOffset? Of(TimeSpan? wanted, VersionFile? before, DateTimeOffset now) => (wanted ?? TermOf(before)) switch
    {
        null => null,
        var term when term == Never => null,
        var term => now + term,
    };

    /// <summary>How long a pointer is taken for new, from when it was signed; null: for ever.</summary>
    internal static TimeSpan? TermOf(VersionFile? pointer) => pointer is { Expires: { } expires, Published: { } signed } && expires > signed ? expires - signed : null;
}
