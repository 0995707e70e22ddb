using System.Collections.Immutable;
using System.Globalization;

namespace AppUpdater.Settings;

/// <summary>Reads typed values out of an ini document. Every error names file, section and key; <c>null</c> means absent or empty.</summary>
internal sealed class IniKeys(IniDocument document, EnvironmentVariables? environment)
{
    internal string Origin => document.Origin;

    internal string Where(string section, string key) => $"{Origin}: [{section}] {key}";

    /// <summary>A failure that shows the value; never for secrets.</summary>
    internal SettingsException Bad(string section, string key, Wording problem) =>
        new($"{Where(section, key)} = {PathRules.Show(document.Get(section, key) ?? "").Trim('"')}: {problem}.");

    internal string? Text(string section, string key)
    {
        var value = document.Get(section, key);
        return value is null || environment is null ? value : environment.Expand(value, Where(section, key));
    }

    internal string Required(string section, string key) =>
        Text(section, key) ?? throw new SettingsException($"{Where(section, key)} is missing, and there is no default.");

    internal int? Int(string section, string key, int least, int most) => (int?)Long(section, key, least, most);

    internal long? Long(string section, string key, long least, long most)
    {
        if (Text(section, key) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Bad(section, key, most == long.MaxValue ? (Wording)$"must be a whole number from {least}" : $"must be {least} to {most}");
    }

    internal bool? Bool(string section, string key) => Choice(section, key, ("true", true), ("false", false));

    internal T? Choice<T>(string section, string key, params (string Word, T Meaning)[] words)
        where T : struct
    {
        if (Text(section, key) is not { } text)
            return null;
        foreach (var (word, meaning) in words)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                return meaning;
        }

        throw Bad(section, key, $"must be one of {string.Join(", ", words.Select(word => word.Word))}");
    }

    /// <summary>A list by commas; empty entries are dropped.</summary>
    internal ImmutableArray<string> List(string section, string key) =>
        Text(section, key) is { } text
            ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)]
            : [];

    internal ImmutableArray<string> Globs(string section, string key)
    {
        var patterns = List(section, key);
        return patterns.Select(GlobSet.Problem).FirstOrDefault(problem => problem is not null) is { } problem
            ? throw Bad(section, key, problem)
            : patterns;
    }

    /// <summary>A span such as <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>.</summary>
    internal TimeSpan? Duration(string section, string key, TimeSpan least, TimeSpan most)
    {
        if (Text(section, key) is not { } text)
            return null;
        var span = Amounts.Duration(text) ?? throw Bad(section, key, "must be a number with ms, s, m or h, such as 30s");
        return span >= least && span <= most
            ? span
            : throw Bad(section, key, $"must be {Amounts.Show(least)} to {Amounts.Show(most)}");
    }
}
