using System.Security.Cryptography;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>What the publisher did sign, at another time or for somebody else.</summary>
public sealed class OldAndForeignReleaseTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Rollback_an_older_pointer_put_back_is_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        var old = await File.ReadAllTextAsync(scene.Publisher.PointerPath);
        scene.PublishNext();
        await scene.AssertUpdatesAsync();
        scene.Configure();
        scene.Serve("version.ini", old);

        await scene.RefusedAsync("has sequence 1, and 2 was seen before", "publish it anew");
    }

    [Fact(Timeout = Limit)]
    public async Task Fast_forward_a_sequence_far_ahead_does_not_lock_the_owner_out_once_he_has_new_keys()
    {
        using var recovery = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stolen = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var scene = await AttackScene.StartAsync(scene =>
        {
            scene.Publisher.Key = stolen;
            scene.WriteKey(stolen, "publisher");
            scene.WriteKey(recovery, "recovery");
            scene.TrustLines = "recovery = keys/recovery.pub";
        });
        scene.Publisher.Sequence = long.MaxValue;
        scene.Publisher.More = "rollout = 0";
        scene.Publisher.Publish("6.6.6", ("app.txt", "evil"));
        (await scene.RunAsync("check")).Is(0);

        (scene.Publisher.Key, scene.Publisher.Sequence, scene.Publisher.More) = (next, 2, "");
        scene.PublishNext();
        await scene.RefusedAsync("is signed by");
        scene.Rotate(1, next, recovery, next);

        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Freeze_an_expired_pointer_stops_what_is_new_and_warns_where_nothing_is()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.Publisher.More = "expires = 2020-01-01T00:00:00Z";
        scene.PublishNext();
        await scene.RefusedAsync("expired at 2020-01-01T00:00:00Z");

        scene.Publisher.Sequence = 2;
        scene.Publisher.Publish("1.0.0", ("app.txt", "one"), ("lib/same.txt", "same"));
        await scene.EndsAsync(0, "nobody can tell whether there is something new", "expired at 2020-01-01T00:00:00Z");
    }

    [Fact(Timeout = Limit)]
    public async Task Mix_and_match_the_manifest_of_another_release_is_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        var other = scene.Publisher.LayDown("1.0.5", ("app.txt", "another of the publisher's"u8.ToArray()));
        var next = scene.PublishNext();
        File.Copy(other.Path.Under(scene.Served), next.Path.Under(scene.Served), overwrite: true);

        await scene.RefusedAsync($"{next.Path} at ftp://127.0.0.1", "bytes");
    }

    [Fact(Timeout = Limit)]
    public async Task Mix_and_match_packs_swapped_are_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        var other = scene.Publisher.LayDown("1.0.5", ("app.txt", "TWO, AND LONGER"u8.ToArray()), ("lib/new.txt", "NEW"u8.ToArray()), ("lib/same.txt", "SAME"u8.ToArray()));
        var next = scene.PublishNext();
        var (one, two) = (Path.Join(scene.Served, $"{other.Folder}/content.pack"), Path.Join(scene.Served, $"{next.Folder}/content.pack"));
        File.Move(one, one + "-"); File.Move(two, one); File.Move(one + "-", two);

        await scene.RefusedAsync($"{next.Folder}/content.pack at ftp://127.0.0.1", "has other bytes than were signed", "Nothing was changed");

        File.Move(one, two, overwrite: true);
        await scene.AssertUpdatesAsync();
    }

    [Theory(Timeout = Limit)]
    [InlineData("app = com.example.app", "app = com.example.other", "is of app \"com.example.other\"")]
    [InlineData("platform = any", "platform = freebsd-riscv64", "is for platform \"freebsd-riscv64\"")]
    [InlineData("channel = stable", "channel = beta", "is of channel \"beta\"")]
    [InlineData("channel = stable", "", "is of no channel")]
    public async Task What_was_signed_for_another_app_platform_or_channel_is_refused(string line, string other, string says)
    {
        await using var scene = await AttackScene.StartAsync();
        scene.Publisher.Sign(scene.EvilPointer().Replace(line, other, StringComparison.Ordinal));

        await scene.RefusedAsync(says, "It is not used");
    }
}
