using System.Globalization;

namespace AppUpdater.Settings;

/// <summary>
/// Changes one key of an ini file's text and keeps every other character: comments, unknown keys, spacing, line endings, a byte order mark.
/// </summary>
internal static class IniRewriter
{
    private const string ByteOrderMark = "\uFEFF";

    /// <summary>
    /// The text with <paramref name="key"/> set. A key that is missing joins the end of its section, a section that is missing the end
    /// of the text. The text must be one that <see cref="IniDocument.Parse"/> takes.
    /// </summary>
    internal static string Set(string text, string section, string key, string value)
    {
        Require(section.Length > 0 && key.Length > 0, "A section and a key are needed.");
        Require(!value.Any(char.IsControl) && value.Trim() == value, "A value is one line without spaces at its ends.");
        Require(!IniDocument.ReadsAsComment(value), "A value that would read as a comment can't be written.");
        var sections = IniLine.Scan(text).Where(line => line.Kind == IniLineKind.Section);
        Require(!sections.Any(line => Same(line.Name, "signature")), "A signed file can't be changed.");
        var mark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? ByteOrderMark : "";
        return mark + SetWithout(text[mark.Length..], section, key, value);
    }

    private static string SetWithout(string text, string section, string key, string value)
    {
        var ending = Ending(text);
        IniLine? last = null;
        var here = false;
        foreach (var line in IniLine.Scan(text))
        {
            if (line.Kind == IniLineKind.Section)
                here = Same(line.Name, section);
            if (here && line.Kind == IniLineKind.Key && Same(line.Name, key))
                return Replace(text, line, value);
            if (here && line.Kind is (IniLineKind.Section or IniLineKind.Key))
                last = line;
        }

        var entry = string.Create(CultureInfo.InvariantCulture, $"{key} = {value}{ending}");
        if (last is { } after)
            return text[..after.Next] + (after.Next == after.End ? ending : "") + entry + text[after.Next..];
        var gap = text.Length == 0 ? "" : text.EndsWith('\n') ? ending : ending + ending;
        return $"{text}{gap}[{section}]{ending}{entry}";
    }

    private static string Replace(string text, IniLine line, string value)
    {
        var afterEquals = text.IndexOf('=', line.Start, line.End - line.Start) + 1;
        var start = afterEquals;
        while (start < line.End && char.IsWhiteSpace(text[start]))
            start++;
        var end = line.End;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        var space = start == afterEquals && afterEquals >= 2 && text[afterEquals - 2] == ' ' ? " " : "";
        return text[..start] + space + value + text[end..];
    }

    private static string Ending(string text) =>
        text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var feed && text[feed - 1] == '\r' ? "\r\n" : "\n";

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static void Require(bool met, string message)
    {
        if (!met)
            throw new ArgumentException(message);
    }
}
