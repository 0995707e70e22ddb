using System.Collections.Immutable;
using System.CommandLine.Parsing;
using AppUpdater.Settings;

namespace AppUpdater.Cli.Mirroring;

/// <summary>What a mirror's options were given, by their names; from the command line or a section of mirror.ini.</summary>
internal abstract class MirrorValues
{
    /// <summary>Where the server's folder is: an argument, or a key.</summary>
    internal const string Url = "url";

    /// <summary>Null: not given.</summary>
    internal abstract string? Text(string name);

    internal abstract ImmutableArray<string> List(string name);

    internal abstract bool Flag(string name);

    /// <summary>What the option is called in messages.</summary>
    internal abstract string Where(string name);

    /// <summary>A path from the folder that relative ones start at.</summary>
    internal abstract string FullPath(string path);

    /// <summary>A failure that shows the value; never for secrets.</summary>
    internal SettingsException Bad(string name, string value, Wording problem) => new($"{Where(name)} {PathRules.Show(value)}: {problem}.");

    private protected static ImmutableArray<string> Split(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}

/// <param name="find">Looks an option up among those given.</param>
internal sealed class CommandLineValues(Func<string, OptionResult?> find) : MirrorValues
{
    internal override string? Text(string name) => Given(name) is { Tokens: [.., var last] } ? last.Value : null;

    internal override ImmutableArray<string> List(string name)
    {
        var values = Given(name)?.Tokens.Select(token => token.Value) ?? [];
        var isList = MirrorOptionTable.All.Any(option => option.Name == name && option.Kind == MirrorOptionKind.List);
        return isList ? [.. values.SelectMany(value => Split(value))] : [.. values];
    }

    internal override bool Flag(string name) => Given(name)?.GetValueOrDefault<bool>() ?? false;

    internal override string Where(string name) => name == Url ? "URL" : $"--{name}";

    internal override string FullPath(string path) => Path.GetFullPath(path);

    private OptionResult? Given(string name) => find($"--{name}");
}

/// <summary>A section of mirror.ini; what it lacks is looked up under [defaults].</summary>
internal sealed class IniValues(IniKeys keys, string section, string folder) : MirrorValues
{
    internal const string Defaults = "defaults";

    internal override string? Text(string name)
    {
        var key = MirrorOption.KeyOf(name);
        return keys.Text(section, key) ?? keys.Text(Defaults, key);
    }

    internal override ImmutableArray<string> List(string name) => Text(name) is { } text ? Split(text) : [];

    internal override bool Flag(string name)
    {
        var key = MirrorOption.KeyOf(name);
        return keys.Bool(section, key) ?? keys.Bool(Defaults, key) ?? false;
    }

    internal override string Where(string name)
    {
        var key = MirrorOption.KeyOf(name);
        return keys.Where(keys.Text(section, key) is null && keys.Text(Defaults, key) is not null ? Defaults : section, key);
    }

    internal override string FullPath(string path) => Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), folder);
}
