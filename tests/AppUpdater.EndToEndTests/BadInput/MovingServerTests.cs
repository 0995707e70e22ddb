namespace AppUpdater.EndToEndTests.BadInput;

public sealed class MovingServerTests
{
    private static readonly DateTime Later = new(2026, 11, 20, 10, 0, 0, DateTimeKind.Utc);

    [Theory(Timeout = 90_000)]
    [InlineData(40_000)]
    [InlineData(160_000)]
    public async Task A_file_that_changes_its_size_in_the_middle_arrives_as_it_is_in_the_end(int size)
    {
        await using var scene = new CliScene();
        Once(scene, CliScene.Big, () => CliScene.Write(scene.Served, CliScene.Big, new string('y', size)));

        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = 90_000)]
    public async Task An_upload_of_the_next_version_in_the_middle_is_what_gets_installed()
    {
        await using var scene = new CliScene();
        Once(scene, CliScene.Big, () =>
        {
            CliScene.Write(scene.Served, "app.txt", "three");
            CliScene.Write(scene.Served, "added.txt", "new in 1.2");
            scene.Publish("1.2");
        });

        (await scene.RunAsync("update")).Is(0, "1.2");

        scene.AssertUpdated();
    }

    [Fact(Timeout = 90_000)]
    public async Task A_version_ini_caught_empty_in_its_upload_is_waited_for()
    {
        await using var scene = new CliScene();
        Once(scene, CliScene.Big, () => CliScene.Write(scene.Served, "version.ini", ""));
        var whole = 0;
        scene.Faults.OnCommand = line =>
        {
            if (line == "RETR /version.ini" && Interlocked.Increment(ref whole) == 3)
                scene.Publish("1.1");
            return null;
        };

        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task An_upload_that_does_not_end_is_given_up_and_the_next_run_goes_through()
    {
        await using var scene = new CliScene();
        var time = Later;
        scene.Faults.BeforeRetrieve = path =>
        {
            if (path != "version.ini")
                File.SetLastWriteTimeUtc(Path.Join(scene.Served, path), time = time.AddMinutes(1));
        };

        (await scene.RunAsync("update")).Is(4, "keep changing", "Try later");

        scene.AssertUntouched();
        scene.Faults.Clear();
        await scene.AssertUpdatesAsync();
    }

    private static void Once(CliScene scene, string file, Action change)
    {
        var left = 1;
        scene.Faults.BeforeRetrieve = path =>
        {
            if (path == file && Interlocked.Exchange(ref left, 0) == 1)
                change();
        };
    }
}
