using System.Collections.Immutable;

namespace AppUpdater.Settings;

/// <summary>The keys that an ini file may have, section by section; anything else is kept and warned about.</summary>
internal sealed class KnownKeys
{
    private const string NoKeys = "has no effect without [trust] keys";
    private const string NotSigned = "has no effect here: it needs a signed release";
    private const string NotEnforced = "holds back no start without [trust] keys: only a signed minimum may";

    private readonly Dictionary<string, IniSection> _sections;

    /// <param name="sections">A section without keys is known with whatever it holds.</param>
    private KnownKeys(params IniSection[] sections) =>
        _sections = sections.ToDictionary(section => section.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Keys that are read and checked and do nothing unless signatures are at work. A value that asks for nothing is not warned about.
    /// </summary>
    private IdleKey[] Idle { get; init; } = [];

    internal static KnownKeys Dato { get; } = new(
        new("server", ["url", "user", "password", "fallbacks", "proxy", "ca_file", "fingerprint", "tls", "encoding", "time_zone"]),
        new("install", ["app", "directory", "run", "protect", "changed"]),
        new("trust", ["keys", "threshold", "recovery", "allow_unsigned"]),
        new("update",
            ["channel", "backup", "keep_backups", "connections", "rate", "check_within", "stage_within", "confirm", "confirm_within",
             "enforce_minimum", "relaunch"]))
    {
        Idle =
        [
            new("trust", "threshold", ["1"], NoKeys),
            new("trust", "recovery", [], NoKeys),
            new("update", "enforce_minimum", ["false"], NotEnforced),
        ],
    };

    internal static KnownKeys Version { get; } = new(
        new("version",
            ["format", "app", "version", "platform", "channel", "published", "sequence", "expires", "minimum", "rollout", "notes", "moved"]),
        new("files", ["root", "exclude", "map", "manifest"]),
        new("updates", []))
    {
        Idle =
        [
            new("version", "sequence", [], NotSigned),
            new("version", "rollout", ["100"], NotSigned),
            new("version", "notes", [], NotSigned),
            new("version", "moved", [], NotSigned),
        ],
    };

    /// <summary>Every key with its section, sorted.</summary>
    internal IEnumerable<(string Section, string Key)> All =>
        _sections.Values.OrderBy(section => section.Name, StringComparer.Ordinal)
            .SelectMany(section => section.Keys.Order(StringComparer.Ordinal).Select(key => (section.Name, key)));

    /// <summary>
    /// One warning for each section or key that is not known, with the nearest that is, and for each that asks for what does not happen.
    /// </summary>
    /// <param name="document">The file.</param>
    /// <param name="isSigned">Whether signatures are at work: dato.ini names keys, version.ini has signatures.</param>
    internal ImmutableArray<string> Warnings(IniDocument document, bool isSigned) =>
    [
        .. document.Sections.SelectMany(section => Warnings(document.Origin, section))
            .Concat(Idle.Where(idle => !isSigned && document.Get(idle.Section, idle.Key) is { } value && !idle.AskNothing.Contains(value, StringComparer.OrdinalIgnoreCase))
                .Select(idle => $"{document.Origin}: [{idle.Section}] {idle.Key} {idle.What}."))
            .Order(StringComparer.Ordinal),
    ];

    private IEnumerable<string> Warnings(string origin, IniSection section)
    {
        if (!_sections.TryGetValue(section.Name, out var known))
        {
            var nearest = NearestName.Of(section.Name, _sections.Keys.Order(StringComparer.Ordinal));
            return [$"{origin}: the section [{section.Name}] is not known; the nearest is [{nearest}]."];
        }

        return known.Keys.IsEmpty
            ? []
            : section.Keys.Where(key => !known.Keys.Contains(key, StringComparer.OrdinalIgnoreCase))
                .Select(key => $"{origin}: [{section.Name}] {key} is not known; the nearest is {Nearest(section.Name, key)}.");
    }

    private string Nearest(string section, string key)
    {
        var elsewhere = All.Where(known => string.Equals(known.Key, key, StringComparison.OrdinalIgnoreCase)).ToList();
        return elsewhere.Count > 0 ? $"[{elsewhere[0].Section}] {elsewhere[0].Key}" : NearestName.Of(key, _sections[section].Keys);
    }

    private sealed record IdleKey(string Section, string Key, string[] AskNothing, string What);
}
