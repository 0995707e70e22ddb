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

    [Theory(Timeout = Limit)]
    [InlineData("applying")]
    [InlineData("undoing")]
    [InlineData("committed")]
    [InlineData("prepared")]
    public async Task An_update_whose_bootstrapper_is_gone_is_gone_on_with_by_the_launchers_own_file(string state)
    {
        var swap = _scene.Prepare("exit 0", seconds: 0.1);
        File.Move(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, $"journal-{state}"));
        if (state == "committed")
        {
            File.Move(Path.Join(swap.Directory, "new", "0"), Path.Join(_scene.Layout.Root, "added"));
            File.Move(Path.Join(swap.Directory, "new", "1"), _scene.App, overwrite: true);
        }

        File.Delete(swap.Bootstrapper);

        var (code, error) = await SwapScene.RunAsync(_launcher, []);

        Assert.True(code == 0, error);
        Assert.Equal(state == "undoing" ? "1.0" : "2.0", Assert.Single(_scene.Runs).Split(' ')[0]);
        Assert.Null(_scene.Store.Find());
    }

    [Theory(Timeout = Limit)]
    [InlineData("applying")]
    [InlineData("undoing")]
    public async Task A_launcher_of_another_version_takes_a_swap_back_whose_bootstrapper_is_gone(string state)
    {
        BeOfAnotherVersion();
        var swap = _scene.Prepare("exit 0");
        File.Move(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, $"journal-{state}"));
        File.Delete(swap.Bootstrapper);

        var (_, error) = await SwapScene.RunAsync(_launcher, []);

        Assert.True(_scene.Store.Find() is null, error);
        Assert.Equal("1.0", Assert.Single(_scene.Runs).Split(' ')[0]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_gate_whose_bootstrapper_is_gone_finishes_the_swap_by_its_own_file()
    {
        var swap = _scene.Prepare("exit 0", seconds: 0.1);
        File.Move(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, "journal-applying"));
        foreach (var slot in new[] { "0", "1" })
            File.Copy(_scene.App, Path.Join(swap.Directory, "old", slot));
        File.Move(swap.Bootstrapper, _scene.App, overwrite: true);

        var (code, error) = await SwapScene.RunAsync(_scene.App, []);

        Assert.True(code == 0, error);
        Assert.Equal("2.0", Assert.Single(_scene.Runs).Split(' ')[0]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pending_update_whose_bootstrapper_is_gone_does_not_keep_the_app_from_starting()
    {
        BeOfAnotherVersion();
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

    /// <summary>Other bytes, the same work: a single file may be longer than what it holds.</summary>
    private void BeOfAnotherVersion()
    {
        using var file = new FileStream(_launcher, FileMode.Append);
        file.WriteByte(0);
    }

    private void Configure(string run) => File.WriteAllText(
        Path.Join(_scene.Layout.Root, "dato.ini"),
        $"[server]\nurl = ftp://127.0.0.1:1/app\n[install]\napp = test\nrun = {run}\n[trust]\nallow_unsigned = true\n");
}
