namespace AppUpdater.EndToEndTests.BadInput;

public sealed class BadVersionFileTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_missing_version_ini_is_told_with_the_url()
    {
        await using var scene = new CliScene();
        File.Delete(Path.Join(scene.Served, "version.ini"));

        (await scene.RunAsync("update")).Is(3, $"version.ini is missing at ftp://{scene.Host}", "Upload it");

        AssertNothingHappened(scene);
        scene.Publish("1.1");
        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_version_ini_missing_in_a_folder_server_is_told_with_the_folder()
    {
        await using var scene = new CliScene();
        scene.Configure($"url = {scene.Served}/nowhere");

        (await scene.RunAsync("check")).Is(3, $"version.ini is missing at {scene.Served}/nowhere");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "the file is empty")]
    [InlineData("[version]\nformat = 1\napp = com.example.app\n", "[version] version", "missing")]
    [InlineData("[version]\nformat = 1\napp = com.example.app\nversion = next one\n", "[version] version", "next one", "2.1.0")]
    [InlineData("[version]\nformat = 2\napp = com.example.app\nversion = 1.1\n", "[version] format", "newer AppUpdater")]
    [InlineData("[version]\nformat = 1\napp = com.example.other\nversion = 1.1\n", "com.example.other", "com.example.app", "[install] app")]
    [InlineData("[version]\nformat = 1\napp = com.example.app\nversion = 1.1\n[files]\nroot = ../etc\n", "[files] root", "..")]
    public async Task A_wrong_version_ini_is_told_by_place_and_key(string text, params string[] says)
    {
        await using var scene = new CliScene();
        CliScene.Write(scene.Served, "version.ini", text);

        (await scene.RunAsync("update")).Is(3, ["version.ini at", .. says]);

        AssertNothingHappened(scene);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_version_ini_of_100_MB_is_not_fetched()
    {
        await using var scene = new CliScene();
        await using (var file = File.OpenWrite(Path.Join(scene.Served, "version.ini")))
            file.SetLength(100_000_000);

        (await scene.RunAsync("update")).Is(3, "version.ini", scene.Host, "100,000,000 bytes", "at most 65,536 bytes");

        AssertNothingHappened(scene);
        Assert.InRange(scene.Server.BytesSent, 0, 20_000_000);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_root_that_is_not_there_is_told_by_its_key()
    {
        await using var scene = new CliScene();
        CliScene.Write(scene.Served, "version.ini", CliScene.VersionFile("1.1") + "[files]\nroot = releases/next\n");

        (await scene.RunAsync("update")).Is(3, $"version.ini at ftp://{scene.Host}", "[files] root = releases/next is not there");

        scene.AssertUntouched();
    }

    private static void AssertNothingHappened(CliScene scene)
    {
        scene.AssertUntouched();
        Assert.Equal("RETR /version.ini", Assert.Single(scene.Asked("RETR")));
        Assert.Empty(scene.Asked("MLSD"));
    }
}
