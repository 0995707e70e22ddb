using System.Globalization;
using AppUpdater.Settings;

namespace AppUpdater.Cli.Mirroring;

/// <summary>A point in time as it was asked for: a date, or an age, which moves with the clock. One of the two is null.</summary>
internal sealed record MirrorMoment(DateTimeOffset? Date, TimeSpan? Age)
{
    internal DateTimeOffset At(DateTimeOffset now) => Date ?? now - Age!.Value;
}

/// <summary>Ages, sizes and dates as people write them. Pure; null where a text is none.</summary>
internal static class MirrorAmounts
{
    private const int MostDays = 36_500;

    private static readonly string[] DateForms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss",
    ];

    private static readonly string[] ZonedForms = ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd HH:mm:sszzz"];

    /// <summary>A span: <c>500ms</c>, <c>90s</c>, <c>2m</c> (minutes), <c>2h</c>, <c>7d</c>, <c>2w</c>; <c>0</c>. At most a hundred years.</summary>
    internal static TimeSpan? Age(string text)
    {
        if (text == "0")
            return TimeSpan.Zero;
        var days = text.Length < 2 ? 0 : char.ToLowerInvariant(text[^1]) switch { 'd' => 1, 'w' => 7, _ => 0 };
        if (days == 0)
            return Amounts.Duration(text);
        return decimal.TryParse(text[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= MostDays / days
            ? TimeSpan.FromDays((double)number * days)
            : null;
    }

    /// <summary>Bytes: <c>5000</c>, <c>5kB</c> and <c>5MB</c> by thousands, <c>1GiB</c> by 1024.</summary>
    internal static long? Size(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : Amounts.Size(text);

    /// <summary>An age above 0, or a date such as <c>2026-01-31</c> or <c>2026-01-31T08:00</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="zone">Of a date that names none.</param>
    internal static MirrorMoment? Moment(string text, TimeZoneInfo zone)
    {
        if (Age(text) is { } age)
            return age > TimeSpan.Zero ? new MirrorMoment(null, age) : null;
        var invariant = CultureInfo.InvariantCulture;
        if (DateTime.TryParseExact(text, DateForms, invariant, DateTimeStyles.None, out var local))
            return local.Year is > 1 and < 9999 ? new MirrorMoment(new DateTimeOffset(local, zone.GetUtcOffset(local)), null) : null;
        var zoned = text.EndsWith('Z') ? text[..^1] + "+00:00" : text;
        return DateTimeOffset.TryParseExact(zoned, ZonedForms, invariant, DateTimeStyles.None, out var date) ? new MirrorMoment(date, null) : null;
    }
}
