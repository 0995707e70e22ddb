namespace AppUpdater.EndToEndTests.BadInput;

public sealed class BadSettingsTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_missing_dato_ini_is_told_with_its_place()
    {
        await using var scene = new CliScene();
        File.Delete(scene.Config);

        foreach (var verb in new[] { "check", "update", "rollback", "status" })
            (await scene.RunAsync(verb)).Is(3, $"dato.ini: not found at {scene.Config}", "dato.ini.sample");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "the file is empty")]
    [InlineData("[server]\nurl = gopher://example.org/app\n[install]\napp = com.example.app\n", "[server] url", "gopher", "ftp://")]
    [InlineData("[server]\nurl = ftp://example.org:99999/app\n[install]\napp = com.example.app\n", "[server] url", "99999", "65535")]
    [InlineData("[server]\nurl = ftp://example.org/app\n", "[install] app", "missing")]
    [InlineData("[server]\nurl = ftp://example.org/app ; ours\n[install]\napp = com.example.app\n", "[server] url", "line of")]
    [InlineData("[server]\nurl = ftp://%NO_SUCH_NAME%/app\n[install]\napp = com.example.app\n", "[server] url", "NO_SUCH_NAME")]
    public async Task A_wrong_dato_ini_is_told_by_file_and_key(string text, params string[] says)
    {
        await using var scene = new CliScene();
        scene.WriteConfig(text);

        (await scene.RunAsync("update")).Is(3, ["dato.ini", .. says]);

        scene.AssertUntouched();
        Assert.Empty(scene.Server.Commands);
    }

    [Fact(Timeout = 60_000)]
    public async Task Json_tells_the_same_to_a_script()
    {
        await using var scene = new CliScene();
        scene.WriteConfig("");

        (await scene.RunAsync("check", "--json")).Is(3, "{\"error\":{\"code\":3,\"message\":\"dato.ini: the file is empty");
    }
}
