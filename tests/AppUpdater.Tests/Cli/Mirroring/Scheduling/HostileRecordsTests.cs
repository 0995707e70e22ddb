using System.Globalization;
using System.Text;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>
/// Whatever lies where a mirror keeps its records: the run ends in a way that it may end in, nothing is removed for it, and where something is
/// lost, that is said.
/// </summary>
public sealed class HostileRecordsTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Future = "9999-12-31T23:59:59+00:00";

    private readonly MirrorScene _scene = new();
    private readonly TempFolder _logs = new();

    public void Dispose()
    {
        _logs.Dispose();
        _scene.Dispose();
    }

    public static TheoryData<string, string> Damages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var record in new[] { "state", "journal", "status", "told", "servers" })
            {
                foreach (var damage in new[] { "half", "binary", "nulls", "null entry", "words", "nested", "long line", "huge", "folder" })
                    data.Add(record, damage);
            }

            return data;
        }
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public async Task A_damaged_record_never_ends_in_a_defect_or_a_removal_that_was_not_meant(string record, string damage)
    {
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        string[] push = ["push", _scene.Here.Root, $"{server.Url}", "--delete", "--log-dir", _logs.Root, "--verbose"];
        for (var i = 0; i < 3; i++)
            _scene.Here.WriteOld($"f{i}", $"content {i}");
        Assert.Equal(0, await _scene.RunAsync(push));
        File.Delete(_scene.Here["f0"]);
        var (path, knows) = Record(record, server);
        Damage(path, damage);

        var code = await _scene.RunAsync(push);
        Assert.True(code is 0 or 6, $"{code}: {_scene.All}");
        Assert.True(code == 0 || _scene.Error.Contains(path, StringComparison.Ordinal), _scene.All);
        Assert.True(!knows || File.Exists(_scene.Served["f0"]), "It was removed by a state that nobody could read.");
        Assert.True(!knows || _scene.Error.Contains(".json can't be used", StringComparison.Ordinal), _scene.All);
        Assert.True(File.Exists(_scene.Served["f1"]) && File.Exists(_scene.Served["f2"]));
        Assert.Contains(await _scene.RunAsync("status", _scene.Here.Root), new[] { 0, 8 });
    }

    [Theory(Timeout = Limit)]
    [InlineData("status")]
    [InlineData("state")]
    public async Task Times_in_the_future_hold_nothing_up(string record)
    {
        _scene.Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        string[] pull = ["pull", $"{server.Url}", _scene.Here.Root, "--delete", "--settle", "200ms"];
        Assert.Equal(0, await _scene.RunAsync(pull));
        var place = Place(server, MirrorPlace.Pull);
        var path = record == "status" ? Path.Join(place.Own, place.Id + ".status.json") : place.State;
        if (record == "status")
        {
            var text = await File.ReadAllTextAsync(path);
            await File.WriteAllTextAsync(path, System.Text.RegularExpressions.Regex.Replace(text, "\"20[0-9T:.+-]+\"", $"\"{Future}\""));
        }
        else
        {
            var ticks = DateTimeOffset.MaxValue.UtcTicks.ToString(CultureInfo.InvariantCulture);
            await File.WriteAllTextAsync(path, $$"""{"format":1,"verified":"{{Future}}","waiting":[{"p":"b.txt","s":3,"w":{{ticks}}}],"files":[{"p":"a.txt","s":3,"l":{{ticks}},"o":true}]}""");
        }

        _scene.Served.WriteOld("b.txt", "two");
        Assert.Equal(0, await _scene.RunAsync("status", _scene.Here.Root));
        Assert.Equal(0, await _scene.RunAsync(pull));
        Assert.Equal("two", await File.ReadAllTextAsync(_scene.Here["b.txt"]));
        Assert.Equal(0, await _scene.RunAsync("status", _scene.Here.Root));
        Assert.DoesNotContain("9999", _scene.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Asia/Tokyo")]
    [InlineData("America/Lima")]
    public void The_first_and_the_last_time_there_are_can_be_shown_in_every_zone(string zone)
    {
        Assert.NotEmpty(CycleMessages.Time(DateTimeOffset.MaxValue, TimeZoneInfo.FindSystemTimeZoneById(zone)));
        Assert.NotEmpty(CycleMessages.Time(DateTimeOffset.MinValue, TimeZoneInfo.FindSystemTimeZoneById(zone)));
    }

    private (string Path, bool KnowsFiles) Record(string record, LoopbackFtpServer server)
    {
        var place = Place(server, MirrorPlace.Push);
        return record switch
        {
            "state" => (place.State, true),
            "journal" => (place.Journal, true),
            "status" => (Path.Join(place.Own, place.Id + ".status.json"), false),
            "told" => (Path.Join(place.Own, place.Id + ".told"), false),
            _ => (place.Servers, false),
        };
    }

    private MirrorPlace Place(LoopbackFtpServer server, string direction) => MirrorSetup.Of(server.Options(_scene.Here.Root), direction).Place;

    private static void Damage(string path, string damage)
    {
        var now = new FileInfo(path) is { Exists: true, Length: > 0 } ? File.ReadAllText(path) : "{\"p\":\"f0\",\"s\":9,\"o\":true}\n{\"p\":\"f1\",";
        File.Delete(path);
        if (damage == "folder")
            Directory.CreateDirectory(path);
        else if (damage == "huge")
            Sparse(path);
        else
            File.WriteAllBytes(path, Bytes(now, damage));
    }

    private static byte[] Bytes(string now, string damage)
    {
        var binary = new byte[5_000];
        new Random(7).NextBytes(binary);
        return damage switch
        {
            "half" => Encoding.UTF8.GetBytes(now[..(now.Length / 2)] + "\n"),
            "binary" => [.. binary, (byte)'\n'],
            "nulls" => Encoding.UTF8.GetBytes("{\"format\":1,\"mark\":null,\"files\":[null],\"sending\":[null],\"servers\":{\"a\":null}}\nnull\n{\"k\":\"../../etc\",\"p\":\"f1\"}\n"),
            "null entry" => Encoding.UTF8.GetBytes("{\"format\":1,\"files\":[null],\"sending\":[null]}\n"),
            "words" => Encoding.UTF8.GetBytes("{\"format\":\"one\",\"files\":{\"p\":5},\"p\":17,\"failing\":\"often\"}\n"),
            "nested" => Encoding.UTF8.GetBytes(new string('[', 100_000) + "\n"),
            _ => Encoding.UTF8.GetBytes(new string('x', 3_000_000)),
        };
    }

    private static void Sparse(string path)
    {
        using var file = File.Create(path);
        file.SetLength(600L * 1024 * 1024);
    }
}
