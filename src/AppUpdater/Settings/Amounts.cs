using System.Collections.Immutable;
using System.Globalization;

namespace AppUpdater.Settings;

/// <summary>Numbers with units, as people write them into ini files.</summary>
internal static class Amounts
{
    private static readonly ImmutableDictionary<string, decimal> BytesPerSecond = new Dictionary<string, decimal>
    {
        ["kbit"] = 1_000m / 8, ["mbit"] = 1_000_000m / 8, ["gbit"] = 1_000_000_000m / 8,
        ["kb"] = 1_000m, ["mb"] = 1_000_000m, ["gb"] = 1_000_000_000m,
        ["kib"] = 1L << 10, ["mib"] = 1L << 20, ["gib"] = 1L << 30,
    }.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly ImmutableDictionary<string, decimal> Bytes = BytesPerSecond
        .Where(unit => !unit.Key.EndsWith("bit", StringComparison.Ordinal)).Append(new("b", 1))
        .ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly ImmutableDictionary<string, decimal> Milliseconds = new Dictionary<string, decimal>
    {
        ["ms"] = 1, ["s"] = 1_000, ["m"] = 60_000, ["h"] = 3_600_000,
    }.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A rate in bytes a second, at least 1: <c>10mbit</c> is a million and a quarter, <c>2MB</c> two million; null where it is none.
    /// </summary>
    internal static long? Rate(string text) => Read(text, BytesPerSecond) is { } rate and >= 1 and <= long.MaxValue ? (long)rate : null;

    /// <summary>A size in bytes: <c>1MB</c> is a million, <c>1MiB</c> somewhat more; null where it is none.</summary>
    internal static long? Size(string text) => Read(text, Bytes) is { } size and <= long.MaxValue ? (long)size : null;

    /// <summary>A span of at most 1000 days, or null where it is none.</summary>
    internal static TimeSpan? Duration(string text) =>
        Read(text, Milliseconds) is { } span and <= 86_400_000_000m ? TimeSpan.FromMilliseconds((double)span) : null;

    /// <summary>A span in the largest unit that shows it as a whole number.</summary>
    internal static string Show(TimeSpan span) => span switch
    {
        { TotalHours: >= 1 } when span.TotalHours % 1 == 0 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours}h"),
        { TotalMinutes: >= 1 } when span.TotalMinutes % 1 == 0 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes}m"),
        { TotalSeconds: >= 1 } when span.TotalSeconds % 1 == 0 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds}ms"),
    };

    private static decimal? Read(string text, ImmutableDictionary<string, decimal> units)
    {
        var digits = text.Length;
        while (digits > 0 && char.IsAsciiLetter(text[digits - 1]))
            digits--;
        return digits is > 0 and <= 12
            && decimal.TryParse(text[..digits].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && units.TryGetValue(text[digits..], out var unit)
            ? number * unit
            : null;
    }
}
