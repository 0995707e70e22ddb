using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.BadInput;

public sealed class OddNamesTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Names_with_spaces_and_letters_beyond_ASCII_arrive_whole(bool latin1, bool listOnly)
    {
        await using var scene = new CliScene(new FtpServerOptions { Latin1Names = latin1, ListOnly = listOnly });
        CliScene.Write(scene.Served, "año nuevo/niño 1.txt", "eñe");
        CliScene.Write(scene.Served, "año nuevo/ß à ÿ/-r -f.txt", "odd");
        CliScene.Write(scene.Served, "a  b  c.txt", "two spaces");

        await scene.AssertUpdatesAsync();

        File.Delete(Path.Join(scene.Served, "año nuevo/niño 1.txt"));
        scene.Publish("1.2");
        await scene.AssertUpdatesAsync();
        Assert.False(File.Exists(Path.Join(scene.Install, "año nuevo/niño 1.txt")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_folder_with_spaces_is_reached_by_its_url()
    {
        await using var scene = new CliScene();
        CliScene.Write(scene.Served, "mi año/version.ini", "[version]\nformat = 1\napp = com.example.app\nversion = 2.0\n");
        CliScene.Write(scene.Served, "mi año/app.txt", "two");
        scene.Configure($"url = {scene.Server.Url}mi%20a%C3%B1o/");

        (await scene.RunAsync("update")).Is(0, "2.0");

        Assert.Equal("two", await File.ReadAllTextAsync(Path.Join(scene.Install, "app.txt")));
    }
}
