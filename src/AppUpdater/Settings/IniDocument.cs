using System.Collections.Immutable;
using System.Text.RegularExpressions;
using IniParser.Exceptions;
using IniParser.Model.Configuration;
using IniParser.Parser;

namespace AppUpdater.Settings;

/// <summary>A section's name and those of its keys, as written.</summary>
internal sealed record IniSection(string Name, ImmutableArray<string> Keys);

/// <summary>
/// An ini file, parsed: sections, keys, values as text; names compared without case. Messages name file, line and key, never a value,
/// which may be a password.
/// </summary>
internal sealed partial class IniDocument
{
    private readonly Dictionary<string, Dictionary<string, string>> _sections;

    private IniDocument(string origin, Dictionary<string, Dictionary<string, string>> sections) =>
        (Origin, _sections) = (origin, sections);

    /// <summary>What the file is called in messages.</summary>
    internal string Origin { get; }

    /// <summary>Every section and key as written, in no particular order.</summary>
    internal IEnumerable<IniSection> Sections
    {
        get
        {
            foreach (var (section, keys) in _sections)
                yield return new IniSection(section, [.. keys.Keys]);
        }
    }

    /// <summary>A key's value, or null where it is absent or empty.</summary>
    internal string? Get(string section, string key) =>
        _sections.TryGetValue(section, out var keys) && keys.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    /// <exception cref="SettingsException">A line can't be understood, something stands twice, or a comment follows a value.</exception>
    internal static IniDocument Parse(string text, string origin)
    {
        CheckLines(text, origin);
        try
        {
            var data = NewParser().Parse(text);
            return new IniDocument(origin, data.Sections.ToDictionary(
                section => section.SectionName,
                section => section.Keys.ToDictionary(
                    key => key.KeyName, key => Checked(origin, section.SectionName, key.KeyName, key.Value), StringComparer.OrdinalIgnoreCase),
                StringComparer.OrdinalIgnoreCase));
        }
        catch (ParsingException failure)
        {
            // Its own message quotes the line, and the line may hold a password.
            throw new SettingsException($"{origin}: line {failure.LineNumber} can't be understood.");
        }
    }

    private static IniDataParser NewParser() => new(new IniParserConfiguration
    {
        CaseInsensitive = true,
        AllowKeysWithoutSection = false,
        AllowDuplicateKeys = false,
        AllowDuplicateSections = false,
        SkipInvalidLines = false,
        ThrowExceptionsOnError = true,
        CommentRegex = CommentLine(),
    });

    [GeneratedRegex(@"^\s*[;#](.*)")]
    private static partial Regex CommentLine();

    private static void CheckLines(string text, string origin)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var section = "";
        var number = 0;
        foreach (var line in IniLine.Scan(text))
        {
            number++;
            var problem = Problem(line, text.AsSpan(line.Start, line.End - line.Start), section);
            if (line.Kind == IniLineKind.Section)
                section = line.Name;
            if (problem is null && line.Kind == IniLineKind.Section && !seen.Add($"[{section}]"))
                problem = $"the section [{section}] stands there twice; write its keys under one";
            if (problem is null && line.Kind == IniLineKind.Key && !seen.Add($"[{section}]{line.Name}"))
                problem = $"[{section}] {line.Name} stands there twice";
            if (problem is not null)
                throw new SettingsException($"{origin}: line {number}: {problem}.");
        }
    }

    private static Wording? Problem(IniLine line, ReadOnlySpan<char> text, string section)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) && c != '\t')
                return $"a control character (\\x{(int)c:x2}); lines end with LF or CR LF";
        }

        return line.Kind switch
        {
            IniLineKind.Other => "neither a [section], nor key = value, nor a comment (a line that starts with ;)",
            IniLineKind.Key when section.Length == 0 => (Wording)$"{line.Name} stands before the first [section]",
            _ => null,
        };
    }

    private static string Checked(string origin, string section, string key, string value) =>
        ReadsAsComment(value)
            ? throw new SettingsException(
                $"{origin}: [{section}] {key}: a note after the value. Comments need a line of their own; "
                + $"a value that must have \" ;\" in it can come from an environment variable, as %NAME%.")
            : value;

    /// <summary>Whether a value has what looks like a comment in it: such a value is refused, since nobody can tell which it is.</summary>
    internal static bool ReadsAsComment(string value) => TrailingComment().IsMatch(value);

    [GeneratedRegex(@"(^|\s)(;|#(\s|$))")]
    private static partial Regex TrailingComment();
}
