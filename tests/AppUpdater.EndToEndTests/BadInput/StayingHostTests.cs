using System.Diagnostics;

namespace AppUpdater.EndToEndTests.BadInput;

public sealed class StayingHostTests
{
    [LinuxFact(Timeout = 180_000)]
    public async Task An_app_that_never_exits_leaves_the_update_pending_and_is_named()
    {
        await using var scene = new CliScene();
        var app = Path.Join(scene.Install, "server");
        File.Copy("/bin/sleep", app);
        scene.Configure($"url = {scene.Server.Url}");
        using var host = Process.Start(app, "600");
        try
        {
            (await scene.RunAsync("update")).Is(6, "1.1", "is ready and waits", $"process {host.Id} ({app}); close it");
            (await scene.RunAsync("status")).Is(0, "pending    1.1");
            Assert.Equal("one", await File.ReadAllTextAsync(Path.Join(scene.Install, "app.txt")));
        }
        finally
        {
            host.Kill();
            await host.WaitForExitAsync();
        }

        File.Delete(app);
        var fetched = scene.Asked("RETR /bin").Count();
        scene.Configure($"url = {scene.Server.Url}");
        await scene.AssertUpdatesAsync();
        Assert.Equal(fetched, scene.Asked("RETR /bin").Count());
    }
}
