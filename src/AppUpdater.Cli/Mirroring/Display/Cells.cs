using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>Text on a terminal, which is measured in cells: 日 takes two of them, an accent of its own none.</summary>
internal static class Cells
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
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r')
                clean.Append(' ');
            else if (!IsShowable(rune))
                clean.Append(Unshowable);
            else if (!IsVariation(rune))
                clean.Append(rune);
        }

        return clean.ToString();
    }

    /// <summary>Of clean text.</summary>
    internal static int Width(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();

    /// <summary>As much of the start as fits.</summary>
    internal static string Cut(string text, int width)
    {
        if (Width(text) <= width)
            return text;
        var (end, used) = (0, 0);
        while (StringInfo.GetNextTextElementLength(text, end) is var length && used + Width(text.Substring(end, length)) is var next && next <= width)
            (end, used) = (end + length, next);
        return text[..end];
    }

    /// <summary>As <see cref="Cut"/>, showing where something is left out at the end.</summary>
    internal static string CutShown(string text, int width, string ellipsis) =>
        Width(text) <= width ? text : Cut(text, width - ellipsis.Length) + Cut(ellipsis, width);

    /// <summary>Leaves out the middle: a path's first folder and its file's end say most.</summary>
    internal static string Shorten(string text, int width, string ellipsis)
    {
        if (Width(text) <= width)
            return text;
        var room = width - ellipsis.Length;
        if (room < 2)
            return Cut(text, width);
        var head = Cut(text, room / 2);
        return head + ellipsis + End(text, room - Width(head));
    }

    internal static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    private static string End(string text, int width)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        var (start, used) = (text.Length, 0);
        for (var i = starts.Length - 1; i >= 0; i--)
        {
            used += Width(text[starts[i]..start]);
            if (used > width)
                break;
            start = starts[i];
        }

        return text[start..];
    }

    private static bool IsShowable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned);

    /// <summary>They ask for a wider or narrower shape of the sign before them, which only some terminals heed.</summary>
    private static bool IsVariation(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
