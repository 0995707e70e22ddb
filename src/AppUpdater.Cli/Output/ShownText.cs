using System.Globalization;
using System.Text;

namespace AppUpdater.Cli.Output;

/// <summary>Text from wherever, made fit to be shown. Pure.</summary>
internal static class ShownText
{
    private const char Unshowable = '?';

    /// <summary>
    /// A name or a message from wherever, as one line that does nothing but show: no control or escape sequence, no change of the writing
    /// direction, nothing of a width that terminals don't agree upon.
    /// </summary>
    internal static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // halves of a pair become U+FFFD by themselves
        {
            if (rune.Value is '\t' or '\n' or '\r')
                clean.Append(' ');
            else if (!IsPlain(Rune.GetUnicodeCategory(rune)))
                clean.Append(Unshowable);
            else if (!IsVariation(rune))
                clean.Append(rune);
        }

        return clean.ToString();
    }

    /// <summary>Whether a character does nothing but show: Format is what turns the direction of writing round, or is not seen at all.</summary>
    internal static bool IsPlain(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>They ask for a wider or narrower shape of the sign before them, which only some terminals heed.</summary>
    private static bool IsVariation(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
