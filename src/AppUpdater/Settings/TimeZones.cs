using System.Globalization;

namespace AppUpdater.Settings;

/// <summary>Reads a zone: an IANA name, or a fixed offset such as <c>+02:00</c>, up to 14 hours either way.</summary>
internal static class TimeZones
{
    internal static TimeZoneInfo? Find(string text)
    {
        if (text.Length == 6 && text[0] is '+' or '-'
            && TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var offset))
        {
            return offset <= TimeSpan.FromHours(14)
                ? TimeZoneInfo.CreateCustomTimeZone($"UTC{text}", text[0] == '-' ? -offset : offset, text, text)
                : null;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) ? zone : null;
    }
}
