using System.Security.Cryptography;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Releases;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>One attack of each group, from the server that most people have.</summary>
public sealed class VsftpdAttackTests
{
    private const int Limit = 180_000;

    [ServerFact(ServerPrograms.Vsftpd, Timeout = Limit)]
    public async Task Attacks_of_each_group_fail_from_vsftpd_too_and_the_honest_release_goes_in()
    {
        await using var scene = await AttackScene.StartAsync();
        await using var vsftpd = await VsftpdServer.StartAsync(scene.Served);
        scene.Url = vsftpd.Url.ToString();
        scene.Configure();
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var old = await File.ReadAllTextAsync(scene.Publisher.PointerPath);

        // Another's software, an old release, another's keys.
        scene.Publisher.Sign(scene.EvilPointer(), thief);
        await scene.RefusedAsync($"is signed by {PublicKey.Of(thief).Id}", $"127.0.0.1:{vsftpd.Port}");
        scene.Rotate(1, thief, thief);
        await scene.RefusedAsync("keys/1.ini", "is not signed by those who may replace the keys in force");
        File.Delete(Path.Join(scene.Served, "keys/1.ini"));

        // Bytes that were not signed.
        var next = scene.PublishNext();
        var pack = Path.Join(scene.Served, $"{next.Folder}/content.pack");
        var right = await File.ReadAllBytesAsync(pack);
        var wrong = right.ToArray();
        wrong[0] ^= 4;
        await File.WriteAllBytesAsync(pack, wrong);
        await scene.RefusedAsync($"{next.Folder}/content.pack", "has other bytes than were signed");
        await File.WriteAllBytesAsync(pack, right[..3]);
        await scene.RefusedAsync($"{next.Folder}/content.pack", $"it has 3 bytes, and {right.Length} were signed");
        await File.WriteAllBytesAsync(pack, right);

        // The one before, which was good in its day; and more than anybody reads.
        scene.Serve("version.ini", old);
        await scene.RefusedAsync("has sequence 1, and 2 was seen before");
        await using (var file = File.OpenWrite(scene.Publisher.PointerPath))
            file.SetLength(100_000_000);
        await scene.RefusedAsync("at most 65,536 bytes are expected");

        scene.PublishNext();
        await scene.AssertUpdatesAsync();
    }
}
