using System.Diagnostics;
using System.Globalization;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

public sealed partial class BootstrapperTests
{
    [Theory(Timeout = Limit)]
    [InlineData("kill -SEGV $$", 139)]
    [InlineData("kill -ABRT $$", 134)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("exit 150", 150)] // dotnet: the runtime asked for is not there
    [InlineData("exit 131", 131)] // dotnet: no runtime at all
    public async Task A_version_that_crashes_is_undone_and_the_old_one_started(string body, int code)
    {
        var swap = _scene.Prepare(body);

        var (ended, _) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, ended);
        Assert.Equal([_scene.Line("2.0"), _scene.Line("1.0")], _scene.Runs);
        Assert.Contains($"exit code {code} within", _scene.Outcome!.Reason, StringComparison.Ordinal);
        Assert.Equal((SwapResult.Undone, 1), (_scene.Outcome.Result, _scene.Outcome.Starts));
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_is_not_executable_is_undone_and_the_old_one_started()
    {
        var swap = _scene.Prepare("exit 0", isExecutable: false);

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
    }

    /// <summary>Also what becomes of an app that never heard of the library, where it would have to confirm.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_version_that_hangs_and_will_not_close_is_ended_and_undone()
    {
        var swap = _scene.Prepare("trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done", ConfirmMode.Call, seconds: 0.5);

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains("with confirm = call the app has to call Confirm()", error, StringComparison.Ordinal);
        Assert.Null(ProcessIdentity.Of(AppId()));
        Assert.Equal([_scene.Line("2.0"), _scene.Line("1.0")], _scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_version_that_failed_wrote_is_left_as_it_is()
    {
        var swap = _scene.Prepare(
            """
            here="${0%/*}"
            mkdir "$here/data"; echo saved > "$here/data/game"; echo saved > elsewhere
            echo mine > "$here/added"
            rm "$0"; echo mine, too > "$0"
            exit 9
            """);

        await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal("saved\n", await File.ReadAllTextAsync(Path.Join(_scene.Layout.Root, "data", "game")));
        Assert.Equal("saved\n", await File.ReadAllTextAsync(Path.Join(_scene.Elsewhere, "elsewhere")));
        Assert.Equal("mine\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_scene.Layout.Root, "added.user-*"))));
        Assert.Equal("mine, too\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_scene.Layout.Root, "my app.user-*"))));
        Assert.Equal("1.0", _scene.Runs[^1].Split(' ')[0]);
        Assert.Equal(Directory.GetFiles(_scene.Layout.Root, "*.user-*").Order(), _scene.Outcome!.KeptFiles.Order());
    }

    [Fact(Timeout = Limit)]
    public async Task After_three_starts_that_were_cut_off_the_fourth_undoes()
    {
        var swap = _scene.Prepare("echo $$ > pid; exec sleep 60");
        for (var start = 1; start <= 3; start++)
        {
            using var bootstrapper = SwapScene.Start(swap.Bootstrapper, (start == 1 ? _scene.Apply : Recover()).ToArguments());
            await IsRunAsync(start);
            bootstrapper.Kill();
            await bootstrapper.WaitForExitAsync();
            await EndAppAsync();
            Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
        }

        var (code, error) = await SwapScene.RunAsync(swap, Recover());

        Assert.Equal(0, code); // the old version's own
        Assert.Contains("did not prove itself in three starts", error, StringComparison.Ordinal);
        Assert.Equal(["2.0", "2.0", "2.0", "1.0"], _scene.Runs.Select(run => run.Split(' ')[0]));
        Assert.Equal((SwapResult.Undone, 3), (_scene.Outcome!.Result, _scene.Outcome.Starts));
        Assert.Null(_scene.Store.Find());
    }

    [Fact(Timeout = Limit)]
    public async Task A_supervisor_that_stops_the_app_four_times_is_no_failure()
    {
        var swap = _scene.Prepare("echo $$ > pid; exec sleep 60");
        for (var start = 1; start <= 4; start++)
        {
            using var bootstrapper = SwapScene.Start(swap.Bootstrapper, (start == 1 ? _scene.Apply with { Stay = true } : Recover()).ToArguments());
            await IsRunAsync(start);
            using var kill = SwapScene.Start("/bin/kill", ["-TERM", bootstrapper.Id.ToString(CultureInfo.InvariantCulture)]);
            await SwapScene.EndOfAsync(bootstrapper);
            Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
        }

        Assert.Equal(new StartsSoFar(0, 4, Failure: null), new StartCount(_scene.Files, swap.Directory).Read());
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("trap '' TERM; ")]
    public async Task What_a_version_that_failed_left_running_is_ended_too_and_nothing_else(string ignoring)
    {
        var tool = Path.Join(_scene.Layout.Root, "tool");
        File.Copy("/bin/sleep", tool);
        var swap = _scene.Prepare($"({ignoring}exec \"${{0%/*}}/tool\" 50) & echo $! > pid; sleep 0.5; exit 9");
        await SwapScene.RunAsync(swap, _scene.Apply with { Relaunch = false });
        using var before = SwapScene.Start(tool, ["60"]);
        await Task.Delay(100); // start times are told in hundredths of a second

        await SwapScene.RunAsync(swap, Recover());

        Assert.Null(ProcessIdentity.Of(AppId()));
        Assert.False(before.HasExited);
        before.Kill();
        Assert.Equal(["2.0", "1.0"], _scene.Runs.Select(run => run.Split(' ')[0]));
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
    }

    private int AppId() => int.Parse(File.ReadAllText(Path.Join(_scene.Elsewhere, "pid")), CultureInfo.InvariantCulture);

    /// <summary>Waits until the app ran so often and said which process it is.</summary>
    private Task IsRunAsync(int times) => SwapScene.UntilAsync(
        () => _scene.Runs.Length == times && new FileInfo(Path.Join(_scene.Elsewhere, "pid")) is { Exists: true, Length: > 0 });

    private async Task EndAppAsync()
    {
        using var app = Process.GetProcessById(AppId());
        app.Kill();
        await SwapScene.UntilAsync(() => ProcessIdentity.Of(app.Id) is null);
        File.Delete(Path.Join(_scene.Elsewhere, "pid"));
    }
}
