namespace AppUpdater.Settings;

internal enum IniLineKind { Blank, Comment, Section, Key, Other }

/// <summary>
/// One line of an ini file, where it lies in the text: <see cref="Start"/> to <see cref="End"/> without, to <see cref="Next"/> with its
/// line ending. <see cref="Name"/> is a section's or a key's name.
/// </summary>
internal readonly record struct IniLine(IniLineKind Kind, string Name, int Start, int End, int Next)
{
    internal static IEnumerable<IniLine> Scan(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var feed = text.IndexOf('\n', start);
            var next = feed < 0 ? text.Length : feed + 1;
            var end = feed < 0 ? text.Length : feed;
            if (end > start && text[end - 1] == '\r')
                end--;
            yield return Classify(text, start, end, next);
            start = next;
        }
    }

    private static IniLine Classify(string text, int start, int end, int next)
    {
        var line = text.AsSpan(start, end - start).Trim();
        if (line.IsEmpty)
            return new IniLine(IniLineKind.Blank, "", start, end, next);
        if (line[0] is ';' or '#')
            return new IniLine(IniLineKind.Comment, "", start, end, next);
        if (line[0] == '[')
        {
            var name = line[^1] == ']' ? line[1..^1].Trim().ToString() : "";
            return new IniLine(IsSectionName(name) ? IniLineKind.Section : IniLineKind.Other, name, start, end, next);
        }

        var equals = line.IndexOf('=');
        var key = equals > 0 ? line[..equals].Trim().ToString() : "";
        return new IniLine(key.Length > 0 ? IniLineKind.Key : IniLineKind.Other, key, start, end, next);
    }

    // Narrow on purpose: the parser's own expression for sections backtracks without bound on a long line of spaces.
    private static bool IsSectionName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.');
}
