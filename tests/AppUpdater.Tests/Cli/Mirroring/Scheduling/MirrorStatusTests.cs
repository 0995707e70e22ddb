using System.Globalization;
using System.Text.Json;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Verbs;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;
using static AppUpdater.Tests.Cli.Mirroring.Scheduling.CycleScene;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>What is kept of a mirror's cycles, and how <c>mirror status</c> shows it.</summary>
public sealed class MirrorStatusTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly CycleScene _scene = new();
    private readonly StringWriter _out = new();

    public void Dispose()
    {
        _scene.Dispose();
        _out.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task After_a_cycle_all_that_is_asked_for_is_shown_and_no_password_is_kept()
    {
        await _scene.RunAsync(Every(15), 1);
        Assert.Equal(ExitCodes.Done, Show());
        var shown = _out.ToString();
        Assert.Contains($"scenes: pull ftp://server.example/scenes to {_scene.Here.Root}", shown, StringComparison.Ordinal);
        Assert.Contains("last success      2026-03-02 00:02:00 +00:00", shown, StringComparison.Ordinal);
        Assert.Contains("next run          2026-03-02 00:17:00 +00:00", shown, StringComparison.Ordinal);
        Assert.Contains("running           no", shown, StringComparison.Ordinal);
        Assert.Contains("Free space", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", shown + await File.ReadAllTextAsync(_scene.StatusFile), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Json_has_the_same_for_scripts()
    {
        _scene.OnRun = _ => throw new UnreachableException("No route.");
        await _scene.RunAsync(Every(15), 2);
        Assert.Equal(ExitCodes.Done, Show(isJson: true));
        var mirror = JsonDocument.Parse(_out.ToString()).RootElement.GetProperty("mirrors")[0];
        Assert.Equal("pull", mirror.GetProperty("direction").GetString());
        Assert.Equal(2, mirror.GetProperty("failedInARow").GetInt32());
        Assert.Equal("No route.", mirror.GetProperty("lastResult").GetProperty("failures")[0].GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, mirror.GetProperty("lastSuccess").ValueKind);
        Assert.False(mirror.GetProperty("inCycles").GetBoolean());
        Assert.True(JsonDocument.Parse(_out.ToString()).RootElement.GetProperty("freeBytes").GetInt64() > 0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_mirror_between_cycles_and_one_at_work_are_seen_and_not_disturbed()
    {
        _scene.OnRun = _ =>
        {
            Show();
            using var working = MirrorLock.Take(MirrorSetup.Of(_scene.Job(Every(15)).Options, MirrorPlace.Pull).Place, DurableFiles.ForThisSystem(), TimeProvider.System);
            Show();
            return Report();
        };
        await _scene.RunAsync(Every(15), 1);
        var lines = _out.ToString().Split('\n').Where(line => line.Contains("running", StringComparison.Ordinal)).ToArray();
        Assert.Contains("between cycles", lines[0], StringComparison.Ordinal);
        Assert.Contains($"at work (process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)})", lines[1], StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_so_many_failures_are_kept_and_bytes_for_the_terminal_are_not()
    {
        _scene.OnRun = _ => Report([.. Enumerable.Range(0, 50).Select(i => new MirrorFailure(RelativePath.Parse($"f{i}"), $"bad\u001b[2J\u202e{new string('x', 10_000)}"))]);
        await _scene.RunAsync(Every(15), 1);
        Show();
        Assert.DoesNotContain('\u001b', _out.ToString());
        Assert.DoesNotContain('\u202e', _out.ToString());
        Assert.Contains("and 30 more", _out.ToString(), StringComparison.Ordinal);
        Assert.InRange(new FileInfo(_scene.StatusFile).Length, 1000, 30_000);
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"format\":99}")]
    [InlineData("{\"format\":1,\"id\":null,\"pair\":null,\"direction\":\"pull\",\"server\":null}")]
    [InlineData("{\"format\":1,\"id\":\"ID\",\"pair\":\"../../../etc/pas\",\"direction\":\"pull\",\"server\":\"s\"}")]
    [InlineData("{\"format\":1,\"id\":\"ID\",\"pair\":\"ID\",\"direction\":\"sideways\",\"server\":\"s\"}")]
    [InlineData("{\"format\":1,\"id\":\"ID\",\"pair\":\"ID\",\"direction\":\"pull\",\"server\":\"s\",\"lastResult\":{}}")]
    [InlineData("{\"format\":1,\"id\":\"ID\",\"pair\":\"ID\",\"direction\":\"pull\",\"server\":\"s\",\"lastResult\":{\"failures\":[null]}}")]
    [InlineData("{\"format\":1,\"id\":\"ID\",\"pair\":\"ID\",\"direction\":\"pull\",\"server\":\"s\",\"failing\":{\"cycles\":-5}}")]
    [InlineData("{\"format\":1,\"id\":\"0123456789abcdef\",\"pair\":\"ID\",\"direction\":\"pull\",\"server\":\"s\"}")]
    [InlineData("HUGE")]
    public async Task A_damaged_status_is_said_and_the_next_cycle_writes_it_anew(string text)
    {
        var place = MirrorSetup.Of(_scene.Job(Every(15)).Options, MirrorPlace.Pull).Place;
        var content = text == "HUGE" ? new string(' ', 300_000) : text.Replace("ID", place.Id, StringComparison.Ordinal);
        _scene.Here.Write($".appupdater/mirror/{place.Id}.status.json", content);

        Assert.Equal(ExitCodes.Partial, Show());
        Assert.Contains(place.Id, _out.ToString(), StringComparison.Ordinal);

        await _scene.RunAsync(Every(15), 1);
        Assert.Equal([0], _scene.MinutesOfRuns);
        Assert.Equal(ExitCodes.Done, Show());
    }

    [Fact]
    public void A_folder_that_no_mirror_knows_and_one_that_is_not_there_are_told_apart()
    {
        Assert.Equal(ExitCodes.Done, Show());
        Assert.Contains("No mirror of", _out.ToString(), StringComparison.Ordinal);
        Assert.Throws<InstallException>(() => new MirrorStatusVerb(Common(isJson: false), Screen(), TimeZoneInfo.Utc).Run(_scene.Here["none"]));
    }

    [Fact]
    public void A_mirror_that_never_ran_in_cycles_is_listed_by_its_state()
    {
        _scene.Here.Write(".appupdater/mirror/0123456789abcdef.json", "{}");
        _scene.Here.Write(".appupdater/mirror/servers.json", "{}");
        Assert.Equal(ExitCodes.Done, Show(isJson: true));
        var mirrors = JsonDocument.Parse(_out.ToString()).RootElement.GetProperty("mirrors");
        Assert.Equal("0123456789abcdef", Assert.Single(mirrors.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public void Every_text_is_there_in_both_languages_with_the_same_places()
    {
        var resources = new System.Resources.ResourceManager("AppUpdater.Cli.Resources.MirrorSchedule", typeof(MirrorStatusVerb).Assembly);
        var english = Texts(resources, "");
        var spanish = Texts(resources, "es");
        Assert.Equal(english.Keys.Order(), spanish.Keys.Order());
        Assert.All(english, text => Assert.Equal(Places(text.Value), Places(spanish[text.Key])));
    }

    private static Dictionary<string, string> Texts(System.Resources.ResourceManager resources, string culture)
    {
        var set = resources.GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false)!;
        return set.Cast<System.Collections.DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    }

    private static string Places(string text) => string.Concat(Enumerable.Range(0, 7).Where(i => text.Contains($"{{{i}", StringComparison.Ordinal)));

    private static CommonOptions Common(bool isJson) => new("", isJson, false);

    private Screen Screen() => new(_out, TextWriter.Null, IsTerminal: false);

    private int Show(bool isJson = false) => new MirrorStatusVerb(Common(isJson), Screen(), TimeZoneInfo.Utc).Run(_scene.Here.Root);
}
