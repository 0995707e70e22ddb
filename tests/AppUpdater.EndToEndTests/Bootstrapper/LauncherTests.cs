using AppUpdater.Core.Swap;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The published executable under its own name, in front of an app. The app is a shell script, so these run on Linux.</summary>
public sealed class LauncherTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly SwapScene _scene = new();
    private readonly string _launcher;

    public LauncherTests()
    {
        _launcher = Path.Join(_scene.Layout.Root, "launch ñ");
        File.Copy(SwapScene.Bootstrapper, _launcher);
        Configure(SwapScene.Entry);
    }

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Without_a_server_the_app_is_started_as_it_is()
    {
        _scene.Install("1.0", "exit 4");

        var (code, error) = await SwapScene.RunAsync(_launcher, ["--name", "two words"]);

        Assert.Equal(4, code);
        Assert.Contains("no update", error, StringComparison.Ordinal);
        Assert.StartsWith("1.0 --name two words ", Assert.Single(_scene.Runs), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_app_does_not_ignore_what_dotnet_ignores()
    {
        _scene.Install("1.0", "grep SigIgn /proc/self/status > \"${0%/*}/ignored\"");

        await SwapScene.RunAsync("/bin/sh", ["-c", "exec \"$0\"", _launcher]);

        var ignored = (await File.ReadAllTextAsync(Path.Join(_scene.Layout.Root, "ignored"))).Split('\t')[1].Trim();
        Assert.Equal("0", ignored[^4..^3]); // SIGPIPE is the 13th
    }

    [Fact(Timeout = Limit)]
    public async Task A_pending_update_is_applied_first()
    {
        _scene.Prepare("exit 5");

        var (code, _) = await SwapScene.RunAsync(_launcher, []);

        Assert.Equal(0, code); // 2.0 ended with 5 and was undone; 1.0 ended with 0
        Assert.Equal(["2.0", "1.0"], _scene.Runs.Select(run => run.Split(' ')[0]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_pending_update_whose_bootstrapper_is_gone_does_not_keep_the_app_from_starting()
    {
        File.Delete(_scene.Prepare("exit 0").Bootstrapper);

        var (code, error) = await SwapScene.RunAsync(_launcher, []);

        Assert.Equal(0, code);
        Assert.Contains("started as it is", error, StringComparison.Ordinal);
        Assert.Equal("1.0", Assert.Single(_scene.Runs).Split(' ')[0]);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
    }

    [Fact(Timeout = Limit)]
    public async Task A_launcher_of_itself_is_an_error()
    {
        Configure("launch ñ");

        var (code, error) = await SwapScene.RunAsync(_launcher, []);

        Assert.Equal(ExitCodes.Settings, code);
        Assert.Contains("run", error, StringComparison.Ordinal);
    }

    private void Configure(string run) => File.WriteAllText(
        Path.Join(_scene.Layout.Root, "dato.ini"),
        $"[server]\nurl = ftp://127.0.0.1:1/app\n[install]\napp = test\nrun = {run}\n[trust]\nallow_unsigned = true\n");
}
