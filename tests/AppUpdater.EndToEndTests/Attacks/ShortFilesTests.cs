using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>
/// Files that end early. A server that holds less than was signed holds another file, which ends with 5; a line that breaks ends with 4, and the
/// next run goes on.
/// </summary>
public sealed class ShortFilesTests
{
    private const int Limit = 180_000;

    [Theory(Timeout = Limit)]
    [InlineData("ftp")]
    [InlineData("folder")]
    [InlineData("http")]
    public async Task A_pack_that_is_shorter_on_the_server_than_was_signed_is_refused(string kind)
    {
        await using var scene = await AttackScene.StartAsync();
        var next = scene.PublishNext();
        await using var http = kind == "http" ? await KestrelServer.StartAsync(scene.Served) : null;
        Ask(scene, kind, http);
        var path = Path.Join(scene.Served, $"{next.Folder}/content.pack");
        var whole = await File.ReadAllBytesAsync(path);

        foreach (var length in new[] { whole.Length - 1, 5, 0 })
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            await scene.RefusedAsync($"{next.Folder}/content.pack", $"it has {length} bytes, and {whole.Length} were signed", "Nothing was changed");
        }

        await File.WriteAllBytesAsync(path, whole);
        await scene.AssertUpdatesAsync();
    }

    [Theory(Timeout = Limit)]
    [InlineData("ftp")]
    [InlineData("folder")]
    [InlineData("http")]
    public async Task A_manifest_that_is_shorter_on_the_server_than_was_signed_is_refused(string kind)
    {
        await using var scene = await AttackScene.StartAsync();
        var next = scene.PublishNext();
        await using var http = kind == "http" ? await KestrelServer.StartAsync(scene.Served) : null;
        Ask(scene, kind, http);
        var path = next.Path.Under(scene.Served);
        var whole = await File.ReadAllBytesAsync(path);

        foreach (var length in new[] { whole.Length - 1, 0 })
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            await scene.RefusedAsync($"{next.Path}", $"{whole.Length} bytes with SHA-256", $"{length} bytes with");
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(FtpCut.Connection)]
    [InlineData(FtpCut.Transfer)]
    [InlineData(FtpCut.Unnoticed)]
    public async Task A_line_that_cuts_a_pack_off_ends_with_4_and_the_next_run_goes_through(FtpCut cut)
    {
        await using var scene = await AttackScene.StartAsync();
        var next = scene.PublishNext();
        scene.Server.Faults.CutAfter($"{next.Folder}/content.pack", 0, int.MaxValue, cut);

        await scene.EndsAsync(4, $"127.0.0.1:{scene.Server.Port}");

        scene.Server.Faults.Clear();
        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_line_that_cuts_a_manifest_off_ends_with_4_and_the_next_run_goes_through()
    {
        await using var scene = await AttackScene.StartAsync();
        var next = scene.PublishNext();
        scene.Server.Faults.CutAfter($"{next.Path}", 10, int.MaxValue, FtpCut.Unnoticed);

        await scene.EndsAsync(4, $"127.0.0.1:{scene.Server.Port}", "manifest.json.br");

        scene.Server.Faults.Clear();
        await scene.AssertUpdatesAsync();
    }

    /// <summary>The install asks the same files of another kind of server.</summary>
    private static void Ask(AttackScene scene, string kind, KestrelServer? http)
    {
        if (kind != "ftp")
            scene.Url = http is null ? scene.Served : $"http://127.0.0.1:{http.Port}/";
        scene.Configure();
    }
}
