using System.Collections.Immutable;
using AppUpdater.Cli.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring;

public class MirrorOptionsReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 8, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_options_a_job_is_a_single_run_with_the_usual_values()
    {
        var job = Read(MirrorDirection.Pull);
        Assert.True(job.Schedule.IsOnce);
        Assert.Equal((8, null, null, false), (job.Options.Connections, job.Options.Settle, job.Options.MaxDelete, job.Options.Delete));
        Assert.Equal(MirrorLogOptions.None, job.Log);
        Assert.Equal((3, true), (job.AlertAfter, job.OnError.IsEmpty));
    }

    [Fact]
    public void Every_option_of_a_pull_arrives_where_it_belongs()
    {
        var job = Read(
            MirrorDirection.Pull,
            ("include", "a/**|b*"), ("exclude", "*.tmp"), ("ext", "max|.tif"), ("exclude-ext", "bak"), ("newer-than", "7d"), ("older-than", "2026-02-08T14:00+02:00"),
            ("min-size", "5MB"), ("max-size", "1GiB"), ("depth", "2"), ("settle", "30s"), ("ready-file", "*.ready"), ("on-folder-done", "import \"the scene\" -q"),
            ("remember", ""), ("dedupe", ""), ("delete", ""), ("max-delete", "50"), ("dry-run", ""), ("min-free", "5GB"), ("connections", "4"), ("rate", "2MB"),
            ("follow-links", ""), ("user", "aixa"), ("password-file", "p.txt"), ("ca-file", "ca.pem"), ("every", "15m"), ("on-error", "alert"), ("alert-after", "5"),
            ("log-dir", "logs"), ("log-user", "Aixa"), ("log-style", "seed"), ("log-json", "l.json"), ("lang", "ES"));
        var (options, filter) = (job.Options, job.OptionsAt(Now).Filter);
        Assert.Equal(["a/**", "b*", "*.tmp", "max", ".tif", "bak"], [.. filter.Include, .. filter.Exclude, .. filter.Extensions, .. filter.ExcludeExtensions]);
        Assert.Equal((Now.AddDays(-7), Now), (filter.NewerThan, filter.OlderThan));
        Assert.Equal((5_000_000, 1_073_741_824, 2), (filter.MinSize, filter.MaxSize, filter.Depth));
        Assert.Equal((TimeSpan.FromSeconds(30), "*.ready", true, true), (options.Settle, options.ReadyFile, options.Remember, options.Dedupe));
        Assert.Equal((true, 50, 5_000_000_000, 4, 2_000_000), (options.Delete, options.MaxDelete, options.MinFree, options.Connections, options.Rate));
        Assert.Equal((true, "aixa", "/base/ca.pem"), (options.FollowLinks, options.User, options.CaFile));
        Assert.Equal(["import", "the scene", "-q"], job.OnFolderDone.AsEnumerable());
        Assert.Equal((TimeSpan.FromMinutes(15), 5, "es", true), (job.Schedule.Every, job.AlertAfter, job.Language, job.IsDryRun));
        Assert.Equal(new MirrorLogOptions("/base/logs", "Aixa", MirrorLogStyle.Seed, "/base/l.json"), job.Log);
    }

    [Fact]
    public void A_push_can_watch_and_send_a_file_last()
    {
        var job = Read(MirrorDirection.Push, ("watch", ""), ("verify-every", "12h"), ("last", "version.ini|a/b.txt"));
        Assert.Equal((true, TimeSpan.FromSeconds(60), TimeSpan.FromHours(12)), (job.Schedule.IsWatch, job.Schedule.Every, job.Schedule.VerifyEvery));
        Assert.Equal(["version.ini", "a/b.txt"], job.Options.Last.AsEnumerable());
        Assert.Null(job.Options.Settle);
    }

    [Theory]
    [InlineData("every", "15m", null, 120)]
    [InlineData("cron", "0 2 * * *", null, 120)]
    [InlineData("every", "15m", "10s", 10)]
    [InlineData("every", "15m", "0", null)]
    [InlineData("remember", "", null, null)]
    [InlineData("remember", "", "3m", 180)]
    public void Files_settle_in_cycles_unless_it_is_off(string schedule, string value, string? settle, int? seconds)
    {
        (string, string)[] given = settle is null ? [(schedule, value)] : [(schedule, value), ("settle", settle)];
        Assert.Equal(seconds is { } expected ? TimeSpan.FromSeconds(expected) : null, Read(MirrorDirection.Pull, given).Options.Settle);
    }

    [Theory]
    [InlineData("connections", "0", "1 to 64")]
    [InlineData("connections", "many", "1 to 64")]
    [InlineData("newer-than", "1 month", "7d")]
    [InlineData("older-than", "31.1.2026", "2026-01-31")]
    [InlineData("min-size", "5 M", "5MB")]
    [InlineData("max-size", "-1", "5MB")]
    [InlineData("depth", "0", "1 to 1000")]
    [InlineData("settle", "2", "2m")]
    [InlineData("ready-file", "a?b", "*.max")]
    [InlineData("include", "a/../b", "*.max")]
    [InlineData("exclude", "!a", "*.max")]
    [InlineData("ext", ".", "max")]
    [InlineData("exclude-ext", "a/b", "max")]
    [InlineData("max-delete", "10%", "whole number")]
    [InlineData("min-free", "some", "5GB")]
    [InlineData("rate", "fast", "500kB")]
    [InlineData("rate", "5000", "500kB")]
    [InlineData("fingerprint", "12:34", "64 hex")]
    [InlineData("on-folder-done", "\"\"", "program")]
    [InlineData("on-error", " ", "program")]
    [InlineData("alert-after", "0", "1 to 1000")]
    [InlineData("every", "0", "2m")]
    [InlineData("every", "60", "2m")]
    [InlineData("every", "2y", "2m")]
    [InlineData("log-style", "old", "standard, seed")]
    [InlineData("lang", "fr", "en, es")]
    public void A_wrong_value_is_named_with_its_option_and_the_good_form(string name, string value, string form)
    {
        var failure = Assert.Throws<SettingsException>(() => Read(MirrorDirection.Pull, (name, value)));
        Assert.StartsWith($"--{name} ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(form, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "min-size=2MB", "max-size=1MB" }, "--min-size", "--max-size")]
    [InlineData(new[] { "newer-than=1d", "older-than=2d" }, "--newer-than", "--older-than")]
    [InlineData(new[] { "newer-than=2026-02-08", "older-than=2026-02-08" }, "--newer-than", "--older-than")]
    [InlineData(new[] { "cron=* * * * *", "every=1h" }, "--cron", "--every")]
    [InlineData(new[] { "cron=* * * * *", "watch=" }, "--cron", "--watch")]
    [InlineData(new[] { "verify-every=1h" }, "--verify-every", "--watch")]
    [InlineData(new[] { "time-zone=+02:00" }, "--time-zone", "--cron")]
    [InlineData(new[] { "log-user=Aixa" }, "--log-user", "--log-dir")]
    [InlineData(new[] { "log-style=seed" }, "--log-style", "--log-dir")]
    [InlineData(new[] { "ca-file=a", "fingerprint=b" }, "--ca-file", "--fingerprint")]
    [InlineData(new[] { "watch=", "newer-than=7d" }, "--newer-than", "date")]
    [InlineData(new[] { "watch=", "older-than=7d" }, "--older-than", "date")]
    [InlineData(new[] { "log-dir=a", "log-user=../b" }, "--log-user", "slash")]
    [InlineData(new[] { "cron=* * * * *", "time-zone=Nowhere/Land" }, "--time-zone", "Europe/Madrid")]
    [InlineData(new[] { "last=/etc/passwd" }, "--last", "version.ini")]
    public void Options_that_do_not_go_together_are_both_named(string[] given, string one, string other)
    {
        var failure = Assert.Throws<SettingsException>(() => Read(MirrorDirection.Push, [.. given.Select(text => (text.Split('=')[0], text.Split('=')[1]))]));
        Assert.Contains(one, failure.Message, StringComparison.Ordinal);
        Assert.Contains(other, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_that_are_swapped_are_told_and_a_wrong_url_is_not_shown()
    {
        var values = new Given(ImmutableDictionary<string, string>.Empty);
        var reader = new MirrorOptionsReader(values, Now, TimeZoneInfo.Utc);
        Assert.Contains("swapped", Assert.Throws<SettingsException>(() => reader.Read(null, MirrorDirection.Pull, "/here", "ftp://host/there")).Message, StringComparison.Ordinal);
        var failure = Assert.Throws<SettingsException>(() => reader.Read(null, MirrorDirection.Pull, "gopher://me:s3cret@host/", "/here"));
        Assert.StartsWith("URL has the unknown scheme", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    private static MirrorJob Read(MirrorDirection direction, params (string Name, string Value)[] given) =>
        new MirrorOptionsReader(new Given(given.ToImmutableDictionary(one => one.Name, one => one.Value)), Now, TimeZoneInfo.Utc)
            .Read(null, direction, "ftp://host/there", "here").Job;

    /// <summary>Lists by |, so that commas are as they come.</summary>
    private sealed class Given(IReadOnlyDictionary<string, string> values) : MirrorValues
    {
        internal override string? Text(string name) => values.GetValueOrDefault(name);

        internal override ImmutableArray<string> List(string name) => Text(name) is { } text ? [.. text.Split('|')] : [];

        internal override bool Flag(string name) => values.ContainsKey(name);

        internal override string Where(string name) => name == Url ? "URL" : $"--{name}";

        internal override string FullPath(string path) => Path.GetFullPath(path, "/base");
    }
}
