using System.IO.Compression;
using System.Security.Cryptography;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>Servers that want to wear the client out, and fallbacks that lie.</summary>
public sealed class HostileServerTests
{
    private const int Limit = 120_000;
    private const int Much = 100_000_000;

    [Fact(Timeout = Limit)]
    public async Task Endless_data_in_version_ini_is_not_fetched()
    {
        await using var scene = await AttackScene.StartAsync();
        await GrowAsync(scene.Publisher.PointerPath);

        await scene.RefusedAsync("version.ini", "100,000,000 bytes", "at most 65,536 bytes are expected");

        Assert.InRange(scene.Server.BytesSent, 0, 20_000_000);
    }

    [Fact(Timeout = Limit)]
    public async Task Endless_data_in_keys_is_not_fetched()
    {
        await using var scene = await AttackScene.StartAsync();
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        scene.Publisher.Sign(scene.EvilPointer(), thief);
        scene.Serve("keys/1.ini", "[keys]\n");
        await GrowAsync(Path.Join(scene.Served, "keys/1.ini"));

        await scene.RefusedAsync("keys/1.ini", "at most 65,536 bytes are expected");

        Assert.InRange(scene.Server.BytesSent, 0, 20_000_000);
    }

    [Fact(Timeout = Limit)]
    public async Task Endless_data_in_the_manifest_is_not_fetched()
    {
        await using var scene = await AttackScene.StartAsync();
        var next = scene.PublishNext();
        await GrowAsync(next.Path.Under(scene.Served));

        await scene.RefusedAsync($"{next.Path}", "100,000,000 bytes");

        Assert.InRange(scene.Server.BytesSent, 0, 20_000_000);
    }

    /// <summary>What lies behind the signed bytes of a pack is nobody's, and is not fetched.</summary>
    [Fact(Timeout = Limit)]
    public async Task Endless_data_behind_a_pack_is_not_fetched()
    {
        await using var scene = await AttackScene.StartAsync();
        var next = scene.PublishNext();
        await GrowAsync(Path.Join(scene.Served, $"{next.Folder}/content.pack"));

        await scene.AssertUpdatesAsync();

        Assert.InRange(scene.Server.BytesSent, 0, 20_000_000);
    }

    [Fact(Timeout = Limit)]
    public async Task A_malicious_fallback_is_passed_over_and_reported()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishNext();
        LayLies("lying", scene);
        await using var lying = LoopbackFtpServer.Start(scene["lying"]);
        (scene.Url, scene.ServerLines) = (lying.Url.ToString(), $"fallbacks = {scene.Server.Url}");
        scene.Configure();

        (await scene.RunAsync("check")).Is(10, "1.1.0", "can't be trusted, the next place is asked", $"127.0.0.1:{lying.Port}");
        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Where_url_and_fallback_lie_the_update_fails_with_the_worst_reason()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishNext();
        LayLies("lying", scene);
        await using var lying = LoopbackFtpServer.Start(scene["lying"]);
        (scene.Url, scene.ServerLines) = ("ftp://127.0.0.1:1/", $"fallbacks = {lying.Url}");
        scene.Configure();

        await scene.RefusedAsync("None of the 2 places of [server] url and fallbacks has a release that can be trusted", "127.0.0.1:1 ", "is not signed");
    }

    [Fact(Timeout = Limit)]
    public async Task A_decompression_bomb_in_the_place_of_a_manifest_is_stopped_at_its_cap()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishManifest(Bomb(200 * 1024 * 1024));

        await scene.RefusedAsync("releases/raw/manifest.json.br", "longer than 128 MiB once decompressed");
    }

    /// <summary>In a process that may have 200 MB: the bomb has 2 GB.</summary>
    [LinuxFact(Timeout = Limit)]
    public async Task A_decompression_bomb_in_a_pack_is_stopped_at_the_signed_length()
    {
        await using var scene = await AttackScene.StartAsync();
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i * 7919 % 10007}\n"));
        var next = scene.Publisher.Publish("1.1.0", ("app.txt", text));
        var path = Path.Join(scene.Served, $"{next.Folder}/content.pack");
        var pack = await File.ReadAllBytesAsync(path);
        var bomb = Bomb(2_000_000_000);
        Assert.True(bomb.Length <= pack.Length, "The bomb takes the blob's place.");
        bomb.CopyTo(pack, 0);
        await File.WriteAllBytesAsync(path, pack);
        scene.Before = ["env", "DOTNET_GCHeapHardLimit=0xC000000"];

        await scene.RefusedAsync($"{next.Folder}/content.pack", "has other bytes than were signed");
    }

    /// <summary>A folder with an attacker's release, as if it had never been signed.</summary>
    private static void LayLies(string folder, AttackScene scene)
    {
        foreach (var file in Directory.GetFiles(scene.Served, "*", SearchOption.AllDirectories))
        {
            var to = Path.Join(scene[folder], Path.GetRelativePath(scene.Served, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        File.WriteAllText(Path.Join(scene[folder], "version.ini"), scene.EvilPointer());
    }

    private static async Task GrowAsync(string path)
    {
        await using var file = File.OpenWrite(path);
        file.SetLength(Much);
    }

    private static byte[] Bomb(int size)
    {
        using var output = new MemoryStream();
        using (var brotli = new BrotliStream(output, new BrotliCompressionOptions { Quality = 5 }, leaveOpen: true))
        {
            var zeros = new byte[1_000_000];
            for (var left = size; left > 0; left -= zeros.Length)
                brotli.Write(zeros, 0, Math.Min(left, zeros.Length));
        }

        return output.ToArray();
    }
}
