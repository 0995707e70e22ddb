using System.Security.Cryptography;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Releases;
using AppUpdater.Tests.Releases;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>A key is in other hands, or the publisher's own tool went wrong: what a right signature can't do all the same.</summary>
public sealed class StolenKeyTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task With_a_threshold_one_stolen_key_signs_nothing_and_counts_once()
    {
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var scene = await AttackScene.StartAsync();
        scene.WriteKey(second, "second");
        (scene.TrustedKeys, scene.TrustLines) = ("keys/publisher.pub, keys/second.pub", "threshold = 2");
        scene.Configure();
        scene.Publisher.Sign(scene.EvilPointer(), second, second);

        await scene.RefusedAsync("is signed by 1 of the trusted keys", "and 2 are needed");

        var pointer = scene.Publisher.PointerText("1.1.0", scene.PublishNext());
        scene.Publisher.Sign(pointer, scene.Publisher.Key, second);
        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_threshold_the_thief_can_not_put_his_keys_in_force_and_the_recovery_key_shuts_him_out()
    {
        using var stolen = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var recovery = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var scene = await AttackScene.StartAsync(scene =>
        {
            scene.Publisher.Key = stolen;
            scene.WriteKey(stolen, "publisher");
            scene.WriteKey(recovery, "recovery");
            scene.TrustLines = "recovery = keys/recovery.pub";
        });
        scene.Publisher.Sign(scene.EvilPointer(), thief);
        scene.Rotate(1, thief, stolen, thief);
        await scene.RefusedAsync("keys/1.ini", "is not signed by those who may replace the keys in force", $"one of the recovery keys {PublicKey.Of(recovery).Id}");

        scene.Publisher.Key = next;
        scene.PublishNext();
        scene.Rotate(1, next, recovery, next);
        await scene.AssertUpdatesAsync();
        scene.Configure();

        scene.Publisher.Sign(scene.EvilPointer(), stolen);
        await scene.RefusedAsync($"is signed by {PublicKey.Of(stolen).Id}", $"trusts 1 of {PublicKey.Of(next).Id}");
    }

    [Fact(Timeout = Limit)]
    public async Task Keys_that_do_not_sign_themselves_are_of_another_app_or_out_of_their_place_are_refused()
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var scene = await AttackScene.StartAsync();
        scene.Publisher.Sign(scene.EvilPointer(), next);
        scene.Rotate(1, next, scene.Publisher.Key);
        await scene.RefusedAsync("keys/1.ini", "is not signed by the keys that it names");

        scene.Rotate(2, next, scene.Publisher.Key, next);
        File.Move(Path.Join(scene.Served, "keys/2.ini"), Path.Join(scene.Served, "keys/1.ini"), overwrite: true);
        await scene.RefusedAsync("keys/1.ini", "its number is 2, and the keys in force have 0");
    }

    [Fact(Timeout = Limit)]
    public async Task Paths_that_no_release_may_have_are_refused_by_name()
    {
        await using var scene = await AttackScene.StartAsync();
        (string Json, string Says)[] paths =
        [
            ("../evil", ".."), ("/etc/evil", "/etc/evil"), ("C:\\\\evil", "evil"), ("a\\\\evil", "evil"), ("lib/../../evil", ".."), ("con.txt", "con"), ("evil.", "evil."),
            ("evil ", "evil"), ("evil\\n", "evil"), ("evil:stream", "evil:stream"), (".appupdater/trust.json", ".appupdater"), (".APPUPDATER/lock", ".APPUPDATER"),
        ];
        foreach (var (json, says) in paths)
        {
            scene.PublishJson(Manifest(json));
            await scene.RefusedAsync(says);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("dato.ini")]
    [InlineData("DATO.INI")]
    [InlineData("keys/publisher.pub")]
    [InlineData("Keys/Publisher.pub")]
    [InlineData("keys")]
    [InlineData("version.ini")]
    public async Task Reserved_paths_are_refused_by_name(string path)
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishJson(Manifest(path));

        await scene.RefusedAsync($"names {path}", "no update may touch");
    }

    [Theory(Timeout = Limit)]
    [InlineData("app.txt", "app.txt")]
    [InlineData("app.txt", "APP.TXT")]
    [InlineData("año", "an\u0303o")]
    [InlineData("data", "data/inner")]
    [InlineData("data/a", "DATA/b")]
    public async Task Paths_that_are_one_on_some_disks_are_refused_by_both_names(string one, string other)
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishJson(Manifest(one, other));

        await scene.RefusedAsync(one, other);
    }

    /// <summary>The install's fault and not the release's, so it ends with 6; what the link leads to stays what it is.</summary>
    [LinuxFact(Timeout = Limit)]
    public async Task A_path_that_leads_through_a_symbolic_link_is_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        CliScene.Write(scene["outside"], "passwd", "another's");
        Directory.CreateSymbolicLink(Path.Join(scene.Install, "data"), scene["outside"]);
        scene.Configure();
        scene.Publisher.Publish("1.1.0", ("app.txt", "two"), ("data/passwd", "evil"));

        await scene.EndsAsync(6, Path.Join(scene.Install, "data"), "lies a link", "release 1.1.0 needs the place", "Move it away and update again");

        Assert.Equal(["passwd"], Directory.GetFiles(scene["outside"]).Select(Path.GetFileName));
    }

    private static string Manifest(params string[] paths) =>
        $$"""{"format":1,"app":"{{TestPublisher.App}}","version":"1.1.0","platform":"any","files":[{{string.Join(',', paths.Select(path =>
            $$"""{"path":"{{path}}","size":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","modified":"2026-11-20T12:00:00Z","blobs":[]}"""))}}]}""";
}
