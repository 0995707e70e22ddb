using System.Globalization;
using System.Text;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>Makes any text part of one line, and back. What could end a line, part its fields, or deceive an eye that reads it, is escaped. Pure.</summary>
internal static class LogText
{
    /// <summary>Reasons come from servers, too: longer ones are cut.</summary>
    internal const int LongestReason = 2000;

    internal static string Escape(string text)
    {
        var line = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (ShownText.IsPlain(CharUnicodeInfo.GetUnicodeCategory(text, i)))
                line.Append(text, i, isPair ? 2 : 1).Replace(@"\", @"\\", line.Length - 1, 1);
            else
                line.Append(Escaped(text[i])).Append(isPair ? Escaped(text[i + 1]) : "");
            i += isPair ? 1 : 0;
        }

        return line.ToString();
    }

    /// <exception cref="FormatException">The text was not escaped.</exception>
    internal static string Unescape(ReadOnlySpan<char> text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            plain.Append(text[(i + 1)..] switch
            {
                ['\\', ..] => '\\',
                ['t', ..] => '\t',
                ['n', ..] => '\n',
                ['r', ..] => '\r',
                ['u', _, _, _, _, ..] => (char)ushort.Parse(text.Slice(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                _ => throw new FormatException("A backslash stands alone."),
            });
            i += text[i + 1] == 'u' ? 5 : 1;
        }

        return plain.ToString();
    }

    internal static string Bounded(string reason) =>
        reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…";

    private static string Escaped(char c) => c switch
    {
        '\t' => @"\t",
        '\n' => @"\n",
        '\r' => @"\r",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
    };
}
