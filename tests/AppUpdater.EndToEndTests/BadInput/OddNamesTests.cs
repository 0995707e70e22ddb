using AppUpdater.EndToEndTests.RealServers;
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

    [ServerFact(ServerPrograms.Vsftpd, Timeout = 60_000)]
    public async Task Names_with_spaces_and_letters_beyond_ASCII_arrive_whole_from_vsftpd_too()
    {
        await using var scene = new CliScene();
        CliScene.Write(scene.Served, "año nuevo/niño 1.txt", "eñe");
        CliScene.Write(scene.Served, "año nuevo/-r -f.txt", "odd");
        CliScene.Write(scene.Served, "a  b [c] *.txt", "odd");
        await using var vsftpd = await VsftpdServer.StartAsync(scene.Served);
        scene.Configure($"url = {vsftpd.Url}".Replace("%", "%%", StringComparison.Ordinal));

        await scene.AssertUpdatesAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("mi año/")]
    [InlineData("mi%%20a%%C3%%B1o")]
    public async Task A_server_folder_with_spaces_is_reached_by_its_url(string path)
    {
        await using var scene = new CliScene();
        CliScene.Write(scene.Served, "mi año/version.ini", CliScene.VersionFile("2.0"));
        CliScene.Write(scene.Served, "mi año/app.txt", "two, and longer");
        scene.Configure($"url = {scene.Server.Url}{path}");

        (await scene.RunAsync("update")).Is(0, "2.0");

        Assert.Equal("two, and longer", await File.ReadAllTextAsync(Path.Join(scene.Install, "app.txt")));
    }
}
