using System.Collections.Immutable;
using System.IO.Abstractions;
using AppUpdater.Mirroring;
using AppUpdater.Settings;

namespace AppUpdater.Cli.Mirroring;

/// <summary>
/// Reads mirror.ini: a section for each job, in the order they are written, and [defaults]. Every option of the command line is a key, with
/// underscores. Strict: a key that is not known would be an option that does not happen.
/// </summary>
internal sealed class MirrorIni
{
    private const string Direction = "direction";
    private const string Url = MirrorValues.Url;
    private const string Folder = "directory";
    private const string Password = "password";

    private readonly Texts _texts = new("Mirror");
    private readonly IniDocument _document;
    private readonly IniKeys _keys;
    private readonly string _folder;

    private readonly ImmutableArray<string> _names;

    private MirrorIni(IniDocument document, EnvironmentVariables environment, string folder, ImmutableArray<string> names) =>
        (_document, _keys, _folder, _names) = (document, new IniKeys(document, environment), folder, names);

    /// <summary>The jobs that are named, or all, in the file's order. What stands in another job's section keeps none from running, if its keys are known.</summary>
    /// <param name="path">The file; relative paths in it start from its folder.</param>
    /// <param name="only">Names of jobs; empty: all.</param>
    /// <param name="clock">Its time and its zone are those of ages and dates.</param>
    /// <exception cref="SettingsException">The file is missing, or something in it is wrong; the message names file, section and key.</exception>
    /// <exception cref="InstallException">The file is there and can't be read.</exception>
    internal static ImmutableArray<ReadMirrorJob> Read(string path, IReadOnlyCollection<string> only, TimeProvider clock)
    {
        var file = Path.GetFullPath(path);
        var rules = new IniRules(Path.GetFileName(file), 256 * 1024, MayBeAnsi: true);
        var text = IniText.Decode(IniFile.Read(new FileSystem(), file, rules, "samples/mirror.ini"), rules).Text;
        return Parse(text, rules.Origin, Path.GetDirectoryName(file)!, EnvironmentVariables.OfProcess).Jobs(only, clock);
    }

    /// <exception cref="SettingsException">A line can't be understood, a key is not known, or there is no job.</exception>
    internal static MirrorIni Parse(string text, string origin, string folder, EnvironmentVariables environment)
    {
        string[] sections = [.. IniLine.Scan(text).Where(line => line.Kind == IniLineKind.Section).Select(line => line.Name)];
        var ini = new MirrorIni(IniDocument.Parse(text, origin), environment, folder, [.. sections.Where(section => !IsDefaults(section))]);
        foreach (var section in sections)
            ini.RequireKnown(section);
        return ini._names.IsEmpty ? throw new SettingsException(ini._texts.Said("Bad.NoJobs", origin)) : ini;
    }

    /// <exception cref="SettingsException">A value is wrong, or there is no such job.</exception>
    internal ImmutableArray<ReadMirrorJob> Jobs(IReadOnlyCollection<string> only, TimeProvider clock)
    {
        if (only.FirstOrDefault(name => !_names.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } odd)
            throw new SettingsException(_texts.Said("Bad.NoSuchJob", _document.Origin, PathRules.Show(odd), string.Join(", ", _names)));
        return [.. _names.Where(name => only.Count == 0 || only.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(name => ReadJob(name, clock))];
    }

    private ReadMirrorJob ReadJob(string section, TimeProvider clock)
    {
        var values = new IniValues(_keys, section, _folder);
        var direction = DirectionOf(section) ?? throw new SettingsException(_texts.Said("Bad.NoDirection", _keys.Where(section, Direction)));
        var read = new MirrorOptionsReader(values, clock.GetUtcNow(), clock.LocalTimeZone)
            .Read(section, direction, _keys.Required(section, Url), _keys.Required(section, Folder));
        if (read.PasswordFile is not null && values.Text(Password) is not null)
            throw new SettingsException(_texts.Said("Bad.Both", values.Where(Password), values.Where(MirrorOptionTable.PasswordFile)));
        return read with { Job = read.Job with { Options = read.Job.Options with { Password = values.Text(Password) } } };
    }

    private MirrorDirection? DirectionOf(string section)
    {
        var words = new[] { (MirrorPlace.Pull, MirrorDirection.Pull), (MirrorPlace.Push, MirrorDirection.Push) };
        return _keys.Choice(section, Direction, words) ?? _keys.Choice(IniValues.Defaults, Direction, words);
    }

    private void RequireKnown(string section)
    {
        // Defaults may be of both directions; what does not fit a job is not asked for.
        var direction = IsDefaults(section) ? null : DirectionOf(section);
        string[] own = IsDefaults(section) ? [Direction, Password] : [Direction, Password, Url, Folder];
        string[] known = [.. own, .. MirrorOptionTable.All.Select(option => option.Key)];
        foreach (var key in _document.Sections.First(one => string.Equals(one.Name, section, StringComparison.OrdinalIgnoreCase)).Keys.Order(StringComparer.Ordinal))
        {
            if (!known.Contains(key, StringComparer.OrdinalIgnoreCase))
                throw new SettingsException(_texts.Said("Bad.Key", _keys.Where(section, key), NearestName.Of(key, known)));
            var option = MirrorOptionTable.All.FirstOrDefault(option => string.Equals(option.Key, key, StringComparison.OrdinalIgnoreCase));
            if (direction is { } one && option?.IsOf(one) == false)
                throw new SettingsException(_texts.Said("Bad.OtherDirection", _keys.Where(section, key), one == MirrorDirection.Pull ? MirrorPlace.Push : MirrorPlace.Pull));
        }
    }

    private static bool IsDefaults(string section) => string.Equals(section, IniValues.Defaults, StringComparison.OrdinalIgnoreCase);
}
