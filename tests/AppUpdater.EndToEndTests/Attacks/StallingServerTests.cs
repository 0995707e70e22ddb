namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>A server that stops in the middle. A class of its own, since it takes minutes beside which others can run.</summary>
public sealed class StallingServerTests
{
    private const int Limit = 400_000;

    [Fact(Timeout = Limit)]
    public async Task Slow_retrieval_a_server_that_stops_sending_is_given_up_and_the_next_run_goes_through()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishNext();
        scene.Server.Faults.Stall("version.ini", afterBytes: 10, times: int.MaxValue);

        await scene.EndsAsync(4, $"127.0.0.1:{scene.Server.Port}", "version.ini");

        scene.Server.Faults.Clear();
        await scene.AssertUpdatesAsync();
    }
}
