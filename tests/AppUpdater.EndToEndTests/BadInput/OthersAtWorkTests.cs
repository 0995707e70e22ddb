using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.BadInput;

public sealed class OthersAtWorkTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_second_updater_says_that_another_is_at_work_and_the_first_goes_through()
    {
        await using var scene = new CliScene();
        var isFetching = new TaskCompletionSource();
        var mayGoOn = new TaskCompletionSource();
        scene.Faults.BeforeRetrieve = path =>
        {
            if (path == CliScene.Big)
            {
                isFetching.TrySetResult();
                mayGoOn.Task.Wait(TimeSpan.FromSeconds(60));
            }
        };

        var first = scene.RunAsync("update");
        await isFetching.Task;
        (await scene.RunAsync("update")).Is(6, "Another updater (process ", scene.Install, "try again");
        (await scene.RunAsync("rollback")).Is(6, "Another updater (process ");
        (await scene.RunAsync("check")).Is(10);
        (await scene.RunAsync("status")).Is(0);
        scene.AssertUntouched();
        mayGoOn.SetResult();

        (await first).Is(0);
        scene.AssertUpdated();
        Assert.Single(scene.Asked("RETR /bin"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Four_updaters_at_once_break_nothing()
    {
        await using var scene = new CliScene(new FtpServerOptions { Latency = TimeSpan.FromMilliseconds(20) });

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => scene.RunAsync("update")));

        Assert.Contains(runs, run => run.Code == 0);
        Assert.All(runs, run => run.Is(run.Code == 0 ? 0 : 6));
        await scene.AssertUpdatesAsync();
    }
}
