namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Months as <c>ls</c> writes them on servers in English, German, French, Spanish, Italian, Portuguese, Dutch and the Nordic languages. Whole
/// words only: an owner named "mario" must not become a month. Letters outside ASCII are left out, since their encoding is not known.
/// </summary>
internal static class FtpMonths
{
    private static readonly string[] English = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly (string Word, int Month)[] Others =
    [
        ("janv", 1), ("ene", 1), ("gen", 1), ("fev", 2), ("fv", 2), ("fvr", 2), ("mars", 3), ("mrz", 3), ("mr", 3), ("mrt", 3), ("maa", 3),
        ("abr", 4), ("avr", 4), ("april", 4), ("mai", 5), ("mag", 5), ("mei", 5), ("maj", 5), ("juin", 6), ("juni", 6), ("june", 6), ("giu", 6),
        ("juil", 7), ("juli", 7), ("july", 7), ("lug", 7), ("ago", 8), ("aot", 8), ("aout", 8), ("sept", 9), ("set", 9), ("szept", 9),
        ("okt", 10), ("ott", 10), ("out", 10), ("dez", 12), ("dic", 12), ("des", 12), ("dc", 12),
    ];

    /// <summary>1 to 12, or 0 where the text is no month. A point or a comma after it is allowed ("26. Juli,").</summary>
    internal static int Of(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd(".,");
        if (text.Length is < 3 or > 8 || !char.IsAsciiLetter(text[0]))
            return 0;
        for (var i = 0; i < English.Length; i++)
        {
            if (text.Equals(English[i], StringComparison.OrdinalIgnoreCase))
                return i + 1;
        }

        Span<char> letters = stackalloc char[text.Length];
        var count = 0;
        foreach (var letter in text)
        {
            if (letter < 0x80)
                letters[count++] = letter;
        }

        foreach (var (word, month) in Others)
        {
            // A word that needs no letter left out must be written in full.
            if (((ReadOnlySpan<char>)letters[..count]).Equals(word, StringComparison.OrdinalIgnoreCase) && (word.Length > 2 || count < text.Length))
                return month;
        }

        return 0;
    }
}
