using System.Collections.Immutable;
using System.IO.Abstractions;
using AppUpdater.Core.Swap;

namespace AppUpdater.Settings;

/// <summary>Reads dato.ini. Keys, defaults and units are documented in dato.ini.sample.</summary>
internal sealed class UpdateSettingsReader
{
    private const string Server = "server";
    private const string Install = "install";
    private const string Trust = "trust";
    private const string Update = "update";

    private readonly IniKeys _keys;
    private readonly string _folder;

    private UpdateSettingsReader(IniKeys keys, string folder) => (_keys, _folder) = (keys, folder);

    /// <summary>Reads the file at <paramref name="path"/>; %NAME% is looked up in this process's environment.</summary>
    /// <exception cref="SettingsException">The file is missing, or a key is; or a value is wrong. The message names it.</exception>
    /// <exception cref="InstallException">The file is there and can't be read.</exception>
    internal static UpdateSettings Read(IFileSystem fs, string path) => Read(fs, path, EnvironmentVariables.OfProcess);

    internal static UpdateSettings Read(IFileSystem fs, string path, EnvironmentVariables environment)
    {
        var (reader, file, warnings) = Open(fs, path, environment);
        return reader.Read(file, warnings);
    }

    /// <summary>Only what is started, and where: an app must not stay away because another key is wrong.</summary>
    /// <exception cref="SettingsException">That much can't be read either.</exception>
    /// <exception cref="InstallException">The file is there and can't be read.</exception>
    internal static (string Directory, RelativePath? Run) ReadRun(IFileSystem fs, string path)
    {
        var reader = Open(fs, path, EnvironmentVariables.OfProcess).Reader;
        return (reader.ReadDirectory(), reader.ReadRun());
    }

    private static (UpdateSettingsReader Reader, string File, ImmutableArray<string> Warnings) Open(
        IFileSystem fs, string path, EnvironmentVariables environment)
    {
        var file = fs.Path.GetFullPath(path);
        var text = IniText.Decode(IniFile.Read(fs, file, IniRules.Dato, "dato.ini.sample"), IniRules.Dato);
        var document = IniDocument.Parse(text.Text, IniRules.Dato.Origin);
        var reader = new UpdateSettingsReader(new IniKeys(document, environment), fs.Path.GetDirectoryName(file)!);
        return (reader, file, [.. KnownKeys.Dato.Warnings(document, isSigned: document.Get(Trust, "keys") is not null).Prepend(text.Warning).OfType<string>()]);
    }

    private UpdateSettings Read(string file, ImmutableArray<string> warnings)
    {
        var server = ReadServer();
        var install = ReadInstall();
        var trust = ReadTrust();
        return new UpdateSettings
        {
            File = file,
            Server = server,
            Install = install,
            Trust = trust,
            Update = ReadPolicy(),
            Warnings = warnings,
            Reserved =
            [
                .. Below(install.Directory, [file, .. trust.Keys, .. trust.Recovery, server.CaFile])
                    .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(RelativePath.Parse),
            ],
        };
    }

    private ServerSettings ReadServer()
    {
        var settings = new ServerSettings
        {
            Url = _keys.Required(Server, "url"),
            User = _keys.Text(Server, "user"),
            Password = _keys.Text(Server, "password") is { } password ? new Secret(password) : null,
            Fallbacks = _keys.List(Server, "fallbacks"),
            Proxy = ReadProxy(),
            CaFile = _keys.Text(Server, "ca_file") is { } file ? FullPath(file) : null,
            Fingerprint = ReadFingerprint(),
            Encoding = _keys.Choice(Server, "encoding",
                ("auto", NameEncoding.Auto), ("utf-8", NameEncoding.Utf8), ("windows-1252", NameEncoding.Windows1252)) ?? NameEncoding.Auto,
            TimeZone = ReadZone(),
            Tls = _keys.Choice(Server, "tls", ("1.2", TlsVersion.Tls12), ("1.3", TlsVersion.Tls13)) ?? TlsVersion.Tls12,
        };
        return settings is { CaFile: not null, Fingerprint: not null }
            ? throw new SettingsException($"{_keys.Where(Server, "fingerprint")}: stands beside ca_file; write one of the two.")
            : settings;
    }

    // The value is not shown: it may hold a user and a password.
    private ProxySettings ReadProxy() => _keys.Text(Server, "proxy") is not { } proxy
        ? ProxySettings.System
        : ProxySettings.Parse(proxy) ?? throw new SettingsException(
            $"{_keys.Where(Server, "proxy")}: must be system, none, http://host:port or socks5://host:port.");

    private string? ReadFingerprint()
    {
        if (_keys.Text(Server, "fingerprint") is not { } text)
            return null;
        var digits = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigitLower)
            ? digits
            : throw _keys.Bad(Server, "fingerprint", "must be a certificate's SHA-256, 64 hex digits with or without colons");
    }

    private TimeZoneInfo? ReadZone()
    {
        var text = _keys.Text(Server, "time_zone");
        return text is null || string.Equals(text, "auto", StringComparison.OrdinalIgnoreCase)
            ? null
            : TimeZones.Find(text) ?? throw _keys.Bad(
                Server, "time_zone", "must be auto, an IANA name such as Europe/Madrid, or an offset such as +02:00");
    }

    private InstallSettings ReadInstall() => new()
    {
        App = _keys.Required(Install, "app") is { Length: <= 128 } app ? app : throw _keys.Bad(Install, "app", "must be at most 128 characters"),
        Directory = ReadDirectory(),
        Run = ReadRun(),
        Protect = _keys.Globs(Install, "protect"),
        Changed = _keys.Choice(Install, "changed",
            ("overwrite", ChangedFilePolicy.Overwrite), ("keep", ChangedFilePolicy.Keep), ("new", ChangedFilePolicy.New))
            ?? ChangedFilePolicy.Overwrite,
    };

    private string ReadDirectory() => FullPath(_keys.Text(Install, "directory") ?? ".");

    private RelativePath? ReadRun()
    {
        if (_keys.Text(Install, "run") is not { } text)
            return null;
        return RelativePath.TryParse(EntryPath.Of(text, OperatingSystem.IsWindows()), out var path, out var problem)
            ? path
            : throw _keys.Bad(Install, "run", $"must name a file in the install. {problem.TrimEnd('.')}");
    }

    private TrustSettings ReadTrust()
    {
        var settings = new TrustSettings
        {
            Keys = [.. _keys.List(Trust, "keys").Select(FullPath)],
            Recovery = [.. _keys.List(Trust, "recovery").Select(FullPath)],
            Threshold = _keys.Int(Trust, "threshold", 1, 8) ?? 1,
            AllowUnsigned = _keys.Bool(Trust, "allow_unsigned") ?? false,
        };
        return settings.Keys.Length > 0 && settings.Threshold > settings.Keys.Length
            ? throw _keys.Bad(Trust, "threshold", $"must be at most the number of keys, {settings.Keys.Length}")
            : settings;
    }

    private PolicySettings ReadPolicy() => new()
    {
        Channel = ReadChannel(),
        Backup = _keys.Choice(Update, "backup", ("none", BackupMode.None), ("zip", BackupMode.Zip)) ?? BackupMode.Zip,
        KeepBackups = _keys.Int(Update, "keep_backups", 1, 1000) ?? 3,
        Connections = _keys.Int(Update, "connections", 1, 64) ?? 8,
        Rate = _keys.Text(Update, "rate") is { } rate
            ? Amounts.Rate(rate) ?? throw _keys.Bad(Update, "rate", "must be a number with kbit, mbit, gbit, kB, MB or GB, such as 10mbit")
            : null,
        CheckWithin = _keys.Duration(Update, "check_within", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)) ?? TimeSpan.FromSeconds(5),
        StageWithin = _keys.Duration(Update, "stage_within", TimeSpan.Zero, TimeSpan.FromHours(24)) ?? TimeSpan.FromSeconds(20),
        Confirm = _keys.Choice(Update, "confirm", ("alive", ConfirmMode.Alive), ("call", ConfirmMode.Call)) ?? ConfirmMode.Alive,
        ConfirmWithin = _keys.Duration(Update, "confirm_within", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(24))
            ?? TimeSpan.FromSeconds(30),
        EnforceMinimum = _keys.Bool(Update, "enforce_minimum") ?? false,
        Relaunch = _keys.Choice(Update, "relaunch", ("self", RelaunchMode.Self), ("supervisor", RelaunchMode.Supervisor)) ?? RelaunchMode.Self,
    };

    private string ReadChannel()
    {
        var channel = _keys.Text(Update, "channel") ?? "stable";
        return channel.Length <= 32 && channel.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? channel
            : throw _keys.Bad(Update, "channel", "must be at most 32 lower-case letters, digits and hyphens");
    }

    // GetFullPath with a base keeps an absolute path as it is. Both slashes are taken, so that one dato.ini serves every system.
    private string FullPath(string path)
    {
        var local = path.Replace('\\', Path.DirectorySeparatorChar);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(local, _folder));
    }

    /// <summary>As text: sorting paths, which are values of our own, would have the compiler at work in every start of the command line.</summary>
    private static IEnumerable<string> Below(string directory, IEnumerable<string?> files)
    {
        foreach (var file in files.OfType<string>())
        {
            var relative = Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/');
            // What is no valid path below the install can't be named by a release either.
            if (RelativePath.TryParse(relative, out var path, out _))
                yield return path.Value;
        }
    }
}
