using System.IO.Abstractions;
using System.Text;
using AppUpdater.Core.Swap;
using AppUpdater.Settings;

namespace AppUpdater.Tests.Settings;

public sealed class UpdateSettingsReaderTests : IDisposable
{
    private const string Least = "[server]\nurl = ftp://h/p\n[install]\napp = a\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_not_said_has_its_documented_default()
    {
        var settings = Read(Least);
        Assert.Equal(_folder["dato.ini"], settings.File);
        Assert.Equal(("ftp://h/p", null, null, ProxySettings.System), (settings.Server.Url, settings.Server.User, settings.Server.Password, settings.Server.Proxy));
        Assert.Equal((NameEncoding.Auto, null, null, null),
            (settings.Server.Encoding, settings.Server.TimeZone, settings.Server.CaFile, settings.Server.Fingerprint));
        Assert.Empty(settings.Server.Fallbacks);
        Assert.Equal(("a", _folder.Root, null, ChangedFilePolicy.Overwrite),
            (settings.Install.App, settings.Install.Directory, settings.Install.Run, settings.Install.Changed));
        Assert.Empty(settings.Install.Protect);
        Assert.Empty(settings.Trust.Keys);
        Assert.Equal((1, false), (settings.Trust.Threshold, settings.Trust.AllowUnsigned));
        Assert.Equal(new PolicySettings(), settings.Update);
        Assert.Empty(settings.Warnings);
        Assert.Equal(["dato.ini"], settings.Reserved.Select(path => path.Value));
    }

    [Fact]
    public void Every_key_is_read()
    {
        var settings = Read("""
            [server]
            url = ftps://h/p
            user = u
            password = 100%% %PW%
            fallbacks = https://a/, https://b/
            proxy = http://proxy:8080
            ca_file = keys/ca.pem
            encoding = Windows-1252
            time_zone = -03:30
            [install]
            app = com.example
            directory = .
            run = bin\tool.exe
            protect = settings.ini, saves/**
            changed = NEW
            [trust]
            keys = keys/1.pub, keys/2.pub
            threshold = 2
            allow_unsigned = true
            [update]
            channel = beta-2
            backup = none
            keep_backups = 7
            connections = 64
            rate = 10mbit
            check_within = 700ms
            stage_within = 0s
            confirm = call
            confirm_within = 1h
            enforce_minimum = true
            relaunch = supervisor
            """);
        Assert.Equal(("u", "100% secret"), (settings.Server.User, settings.Server.Password!.Reveal()));
        Assert.Equal(["https://a/", "https://b/"], settings.Server.Fallbacks.AsEnumerable());
        Assert.Equal((new ProxySettings(ProxyKind.HttpConnect, "proxy", 8080), _folder["keys/ca.pem"], NameEncoding.Windows1252),
            (settings.Server.Proxy, settings.Server.CaFile, settings.Server.Encoding));
        Assert.Equal(new TimeSpan(-3, -30, 0), settings.Server.TimeZone!.BaseUtcOffset);
        Assert.Equal(("bin/tool.exe", ChangedFilePolicy.New), (settings.Install.Run!.Value, settings.Install.Changed));
        Assert.Equal(["settings.ini", "saves/**"], settings.Install.Protect.AsEnumerable());
        Assert.Equal([_folder["keys/1.pub"], _folder["keys/2.pub"]], settings.Trust.Keys.AsEnumerable());
        Assert.Equal((2, true), (settings.Trust.Threshold, settings.Trust.AllowUnsigned));
        Assert.Equal(
            new PolicySettings
            {
                Channel = "beta-2", Backup = BackupMode.None, KeepBackups = 7, Connections = 64, Rate = 1_250_000,
                CheckWithin = TimeSpan.FromMilliseconds(700), StageWithin = TimeSpan.Zero,
                Confirm = ConfirmMode.Call, ConfirmWithin = TimeSpan.FromHours(1), EnforceMinimum = true, Relaunch = RelaunchMode.Supervisor,
            },
            settings.Update);
        Assert.Equal(["dato.ini", "keys/1.pub", "keys/2.pub", "keys/ca.pem"], settings.Reserved.Select(path => path.Value));
    }

    [Theory]
    [InlineData("update", "connections = 99", "dato.ini: [update] connections = 99: must be 1 to 64.")]
    [InlineData("update", "connections = 0", "dato.ini: [update] connections = 0: must be 1 to 64.")]
    [InlineData("update", "connections = many", "dato.ini: [update] connections = many: must be 1 to 64.")]
    [InlineData("update", "keep_backups = -1", "dato.ini: [update] keep_backups = -1: must be 1 to 1000.")]
    [InlineData("update", "backup = tar", "dato.ini: [update] backup = tar: must be one of none, zip.")]
    [InlineData("update", "confirm = maybe", "dato.ini: [update] confirm = maybe: must be one of alive, call.")]
    [InlineData("update", "confirm_within = 30", "dato.ini: [update] confirm_within = 30: must be a number with ms, s, m or h, such as 30s.")]
    [InlineData("update", "confirm_within = 25h", "dato.ini: [update] confirm_within = 25h: must be 100ms to 24h.")]
    [InlineData("update", "check_within = 1ms", "dato.ini: [update] check_within = 1ms: must be 100ms to 10m.")]
    [InlineData("update", "stage_within = 2days", "dato.ini: [update] stage_within = 2days: must be a number with ms, s, m or h, such as 30s.")]
    [InlineData("update", "rate = 10", "dato.ini: [update] rate = 10: must be a number with kbit")]
    [InlineData("update", "rate = 0kbit", "dato.ini: [update] rate = 0kbit: must be a number with kbit")]
    [InlineData("update", "channel = ../x", "dato.ini: [update] channel = ../x: must be")]
    [InlineData("update", "relaunch = never", "dato.ini: [update] relaunch = never: must be one of self, supervisor.")]
    [InlineData("update", "enforce_minimum = yes", "dato.ini: [update] enforce_minimum = yes: must be one of true, false.")]
    [InlineData("trust", "threshold = 9", "dato.ini: [trust] threshold = 9: must be 1 to 8.")]
    [InlineData("trust", "threshold = 2\nkeys = a.pub", "dato.ini: [trust] threshold = 2: must be at most the number of keys, 1.")]
    [InlineData("install", "run = ../evil", "dato.ini: [install] run = ../evil: must name a file in the install.")]
    [InlineData("install", "run = .appupdater/x", "dato.ini: [install] run = .appupdater/x: must name a file in the install.")]
    [InlineData("install", "changed = ask", "dato.ini: [install] changed = ask: must be one of overwrite, keep, new.")]
    [InlineData("install", "protect = a/../b", "dato.ini: [install] protect = a/../b: \"a/../b\" has an empty, '.' or '..' segment.")]
    [InlineData("server", "encoding = latin9", "dato.ini: [server] encoding = latin9: must be one of auto, utf-8, windows-1252.")]
    [InlineData("server", "time_zone = Mars", "dato.ini: [server] time_zone = Mars: must be auto")]
    [InlineData("server", "time_zone = +15:00", "dato.ini: [server] time_zone = +15:00: must be auto")]
    [InlineData("server", "fingerprint = abcd", "dato.ini: [server] fingerprint = abcd: must be a certificate's SHA-256")]
    [InlineData("server", "proxy = socks://u:hunter2@h", "dato.ini: [server] proxy: must be system, none, http://host:port or socks5://host:port.")]
    [InlineData("server", "user = %NOT_DEFINED%", "dato.ini: [server] user: the environment variable NOT_DEFINED is not defined.")]
    [InlineData("server", "user = 100%", "dato.ini: [server] user: a percent sign stands alone.")]
    [InlineData("server", "user = %MULTILINE%", "dato.ini: [server] user: the environment variable MULTILINE holds a control character")]
    [InlineData("server", "user = me ; note", "dato.ini: [server] user: a note after the value.")]
    public void A_wrong_value_is_named_with_what_is_right(string section, string line, string message)
    {
        var text = Least.Replace($"[{section}]\n", $"[{section}]\n{line}\n", StringComparison.Ordinal);
        var failure = Assert.Throws<SettingsException>(() => Read(text.Contains(line, StringComparison.Ordinal) ? text : $"{text}[{section}]\n{line}\n"));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[install]\napp = a\n", "[server] url is missing")]
    [InlineData("[server]\nurl =\n[install]\napp = a\n", "[server] url is missing")]
    [InlineData("[server]\nurl = x\n", "[install] app is missing")]
    public void A_key_that_must_be_there_is_named(string text, string what) =>
        Assert.Contains(what, Assert.Throws<SettingsException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_told_with_its_place_and_the_sample()
    {
        var failure = Assert.Throws<SettingsException>(() => UpdateSettingsReader.Read(new FileSystem(), _folder["none/dato.ini"]));
        Assert.Contains(_folder["none/dato.ini"], failure.Message, StringComparison.Ordinal);
        Assert.Contains("dato.ini.sample", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endless_file_is_refused_without_being_read()
    {
        using (var file = File.Create(_folder["dato.ini"]))
            file.SetLength(4L << 30);
        Assert.Contains(
            "256 KiB",
            Assert.Throws<SettingsException>(() => UpdateSettingsReader.Read(new FileSystem(), _folder["dato.ini"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[update]\nconections = 4\n", "dato.ini: [update] conections is not known; the nearest is connections.")]
    [InlineData("[update]\napp = 4\n", "dato.ini: [update] app is not known; the nearest is [install] app.")]
    [InlineData("[trust]\nallow_unsigned = true\nthreshold = 1\n[update]\nenforce_minimum = FALSE\n", null)]
    [InlineData("[update]\nenforce_minimum = true\n", "dato.ini: [update] enforce_minimum holds back no start without [trust] keys: only a signed minimum may.")]
    [InlineData("[trust]\nthreshold = 2\n", "dato.ini: [trust] threshold has no effect without [trust] keys.")]
    [InlineData("[updte]\nrate = 4\n", "dato.ini: the section [updte] is not known; the nearest is [update].")]
    public void What_is_not_known_is_warned_about_with_the_nearest_that_is(string more, string? warning) =>
        Assert.Equal(warning is null ? [] : [warning], Read(Least + more).Warnings.AsEnumerable());

    [Fact]
    public void Fallbacks_and_a_proxy_are_no_longer_warned_about() =>
        Assert.Empty(Read(Least.Replace("ftp://h/p", "ftp://h/p\nfallbacks = ftp://a\nproxy = socks5://p", StringComparison.Ordinal)).Warnings);

    [Fact]
    public void An_ansi_file_is_read_with_a_warning()
    {
        File.WriteAllBytes(_folder["dato.ini"], [.. Encoding.ASCII.GetBytes(Least), .. "protect = a"u8, 0xF1, .. "o.ini\n"u8]);
        var settings = UpdateSettingsReader.Read(new FileSystem(), _folder["dato.ini"]);
        Assert.Equal(["año.ini"], settings.Install.Protect.AsEnumerable());
        Assert.Contains("Windows-1252", Assert.Single(settings.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Trust_files_and_dato_ini_outside_the_install_are_not_below_it()
    {
        var settings = Read(Least + "directory = app\n[trust]\nkeys = app/in.pub, out.pub\n");
        Assert.Equal(_folder["app"], settings.Install.Directory);
        Assert.Equal(["in.pub"], settings.Reserved.Select(path => path.Value));
    }

    [Fact]
    public void What_is_started_is_read_where_all_else_is_wrong()
    {
        var text = "[server]\nurl = %NOT_DEFINED%\n[install]\ndirectory = app\nrun = tool\n[update]\nconnections = 0\n";
        Assert.Throws<SettingsException>(() => Read(text));
        Assert.Equal((_folder["app"], EntryOf("tool")), UpdateSettingsReader.ReadRun(new FileSystem(), _folder["dato.ini"]));

        Assert.Throws<SettingsException>(() => Read("not an ini\n"));
        Assert.Throws<SettingsException>(() => UpdateSettingsReader.ReadRun(new FileSystem(), _folder["dato.ini"]));
    }

    [Fact]
    public void Directory_may_be_absolute_and_end_with_a_slash() =>
        Assert.Equal(_folder["app"], Read($"{Least}directory = {_folder["app"]}/\n").Install.Directory);

    [Fact]
    public void A_certificate_is_pinned_by_authority_or_by_fingerprint_not_both()
    {
        var digits = string.Join(':', Enumerable.Repeat("AB", 32));
        var server = $"[server]\nurl = x\nfingerprint = {digits}\n";
        Assert.Equal(string.Concat(Enumerable.Repeat("ab", 32)), Read(server + "[install]\napp = a\n").Server.Fingerprint);
        Assert.Empty(Read(server + "[install]\napp = a\n").Warnings);
        Assert.Throws<SettingsException>(() => Read(server + "ca_file = ca.pem\n[install]\napp = a\n"));
    }

    [Fact]
    public void The_password_shows_nowhere()
    {
        var text = Least.Replace("ftp://h/p", "ftp://u:%PW%@h/p\npassword = %PW%\nproxy = http://u:%PW%@p:80", StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Read(text).ToString(), StringComparison.Ordinal);
    }

    private static RelativePath? EntryOf(string run) => RelativePath.Parse(EntryPath.Of(run, OperatingSystem.IsWindows()));

    private UpdateSettings Read(string text)
    {
        var environment = new EnvironmentVariables(name => name switch { "PW" => "secret", "MULTILINE" => "a\r\nb", _ => null });
        return UpdateSettingsReader.Read(new FileSystem(), _folder.Write("dato.ini", text), environment);
    }
}
