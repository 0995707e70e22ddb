using System.Collections.Immutable;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Settings;
using AppUpdater.Tests.Architecture;

namespace AppUpdater.Tests.Cli.Mirroring;

public class MirrorIniTests
{
    private const string Scenes = "[scenes]\ndirection = pull\nurl = ftp://host/scenes\ndirectory = here\n";

    [Fact]
    public void The_sample_parses_and_shows_every_key()
    {
        var text = File.ReadAllText(Repository.At("samples/mirror.ini"));
        var jobs = Read(text);
        Assert.Equal(["scenes", "website"], jobs.Select(read => read.Job.Name));
        Assert.Equal(MirrorLogStyle.Standard, jobs[0].Job.Log.Style);
        Assert.Equal((true, 50, "s3cret"), (jobs[1].Job.Schedule.IsWatch, jobs[1].Job.Options.MaxDelete, jobs[1].Job.Options.Password));

        var shown = IniLine.Scan(text.Replace("\n; ", "\n", StringComparison.Ordinal)).Where(line => line.Kind == IniLineKind.Key).Select(line => line.Name);
        Assert.Empty(MirrorOptionTable.All.Select(option => option.Key).Except(shown));
    }

    [Fact]
    public void What_the_sample_has_switched_off_can_be_switched_on()
    {
        // Of two that exclude each other only one.
        string[] others = ["cron", "time_zone", "older_than", "fingerprint"];
        var lines = File.ReadAllLines(Repository.At("samples/mirror.ini"))
            .Select(line => line.StartsWith("; ", StringComparison.Ordinal) && KeyOf(line[2..]) is { } key && !others.Contains(key) ? line[2..] : line);
        Assert.Equal(2, Read(string.Join('\n', lines)).Length);

        static string? KeyOf(string line) =>
            line.IndexOf(" = ", StringComparison.Ordinal) is > 0 and var end && MirrorOptionTable.All.Any(option => option.Key == line[..end]) ? line[..end] : null;
    }

    [Fact]
    public void Jobs_come_in_the_files_order_with_the_defaults_where_they_have_no_own()
    {
        var jobs = Read("[b]\ndirection = pull\nurl = ftp://host/b\ndirectory = b\n[defaults]\nconnections = 2\ndelete = true\nsettle = 5m\nexclude = *.tmp, *.bak\n"
            + "[a]\ndirection = push\nurl = ftp://host/a\ndirectory = ../a\nconnections = 3\ndelete = false\n");
        Assert.Equal(["b", "a"], jobs.Select(read => read.Job.Name));
        Assert.Equal([2, 3], jobs.Select(read => read.Job.Options.Connections));
        Assert.Equal([true, false], jobs.Select(read => read.Job.Options.Delete));
        Assert.Equal(["/base/b", "/a"], jobs.Select(read => read.Job.Options.Directory));
        Assert.Equal(["*.tmp", "*.bak"], jobs[1].Job.Options.Filter.Exclude.AsEnumerable());
        Assert.Equal((TimeSpan.FromMinutes(5), null), (jobs[0].Job.Options.Settle, jobs[1].Job.Options.Settle));
    }

    [Theory]
    [InlineData(Scenes + "max_delte = 5", "[scenes] max_delte", "max_delete")]
    [InlineData(Scenes + "max-delete = 5", "[scenes] max-delete", "max_delete")]
    [InlineData(Scenes + "max_delete = x", "[scenes] max_delete", "whole number")]
    [InlineData(Scenes + "remember = yes", "[scenes] remember", "true, false")]
    [InlineData(Scenes + "watch = true", "[scenes] watch", "push only")]
    [InlineData(Scenes + "newer_than = soon", "[scenes] newer_than", "2026-01-31")]
    [InlineData(Scenes + "password = a\npassword_file = b", "[scenes] password", "[scenes] password_file")]
    [InlineData(Scenes + "settle = 2m\nsettle = 3m", "[scenes] settle", "twice")]
    [InlineData(Scenes + "[SCENES]\ndirection = pull", "[SCENES]", "twice")]
    [InlineData(Scenes + "[defaults]\nurl = ftp://host/", "[defaults] url", "not known")]
    [InlineData(Scenes + "[defaults]\nrate = fast", "[defaults] rate", "500kB")]
    [InlineData(Scenes + "what is this", "line 5", "key = value")]
    [InlineData("[a]\nurl = ftp://host/\ndirectory = b", "[a] direction", "pull or push")]
    [InlineData("[a]\ndirection = sideways\nurl = ftp://host/\ndirectory = b", "[a] direction", "pull, push")]
    [InlineData("[a]\ndirection = pull\ndirectory = b", "[a] url", "missing")]
    [InlineData("[a]\ndirection = pull\nurl = ftp://host/", "[a] directory", "missing")]
    [InlineData("[a]\ndirection = pull\nurl = gopher://me:s3cret@host/\ndirectory = b", "[a] url", "ftps")]
    [InlineData("[defaults]\nconnections = 2", "mirror.ini", "[scenes]")]
    public void A_mistake_is_named_with_file_section_and_key(string text, string where, string what)
    {
        var failure = Assert.Throws<SettingsException>(() => Read(text));
        Assert.StartsWith("mirror.ini", failure.Message, StringComparison.Ordinal);
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_is_named_runs_whatever_another_one_lacks()
    {
        const string text = Scenes + "[other]\ndirection = pull\nurl = ftp://host/\ndirectory = o\nuser = u\npassword = %NOT_THERE%\n";
        Assert.Equal("scenes", Assert.Single(Read(text, "Scenes")).Job.Name);
        Assert.Contains("NOT_THERE", Assert.Throws<SettingsException>(() => Read(text)).Message, StringComparison.Ordinal);
        Assert.Contains("scenes, other", Assert.Throws<SettingsException>(() => Read(text, "scene")).Message, StringComparison.Ordinal);
    }

    private static ImmutableArray<ReadMirrorJob> Read(string text, params string[] only) => MirrorIni
        .Parse(text, "mirror.ini", "/base", new EnvironmentVariables(name => name == "APPUPDATER_PASSWORD" ? "s3cret" : null))
        .Jobs(only, TimeProvider.System);
}
