namespace AppUpdater.EndToEndTests.BadInput;

public sealed class BadListingTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("..", "..")]
    [InlineData("../evil", "../evil")]
    [InlineData("/etc/passwd", "/etc/passwd")]
    [InlineData("C:evil", "C:evil")]
    [InlineData("a\\b", "a\\b")]
    [InlineData("a\rb", "a")]
    [InlineData("a\nb", "b")]
    [InlineData("a\u0001b", "a")]
    [InlineData("CON", "CON")]
    [InlineData("nul.txt", "nul.txt")]
    [InlineData("APP.TXT", "APP.TXT")]
    [InlineData("dato.ini", "dato.ini")]
    [InlineData(".appupdater", ".appupdater")]
    [InlineData(".AppUpdater", ".AppUpdater")]
    public async Task A_name_that_no_release_may_have_is_refused_by_name(string name, string shown)
    {
        await using var scene = new CliScene();
        scene.Faults.ExtraListingNames = [name];

        var run = (await scene.RunAsync("update")).Is(5, shown);

        Assert.Equal(1, run.Output.TrimEnd().Count(c => c == '\n') + 1);
        Assert.DoesNotContain('\r', run.Output);
        Assert.Single(scene.Asked("RETR"));
        scene.AssertUntouched();
        scene.Faults.Clear();
        await scene.AssertUpdatesAsync();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(".appupdater", ".appupdater")]
    [InlineData("..\\evil", "evil")]
    [InlineData("LIB", "LIB")]
    public async Task A_folder_that_no_release_may_have_is_refused_by_name(string name, string shown)
    {
        await using var scene = new CliScene();
        Directory.CreateDirectory(Path.Join(scene.Served, name));
        CliScene.Write(scene.Served, $"{name}/file.txt", "in it");

        (await scene.RunAsync("update")).Is(5, shown);

        Assert.Single(scene.Asked("RETR"));
        scene.AssertUntouched();
    }
}
