using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>Text on a terminal, which is measured in cells: 日 takes two of them, an accent of its own none.</summary>
internal static class Cells
{
    /// <summary>Of text as <see cref="Output.ShownText.Clean"/> returns it.</summary>
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
}
