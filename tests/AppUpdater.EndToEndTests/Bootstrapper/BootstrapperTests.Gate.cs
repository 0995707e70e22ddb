using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

public sealed partial class BootstrapperTests
{
    [Fact(Timeout = Limit)]
    public async Task Who_starts_the_app_in_the_middle_of_a_swap_meets_the_gate_which_finishes_it()
    {
        CutInTheMiddle(_scene.Prepare("exit 5"));

        var (code, _) = await SwapScene.RunAsync(_scene.App, ["--name", "two words"]);

        Assert.Equal(0, code); // 2.0 ended with 5 and was undone; 1.0 ended with 0
        Assert.Equal(["2.0", "1.0"], _scene.Runs.Select(run => run.Split(' ')[0]));
        Assert.All(_scene.Runs, run => Assert.Contains("--name two words", run, StringComparison.Ordinal));
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
        Assert.Null(_scene.Store.Find());
    }

    [Fact(Timeout = Limit)]
    public async Task The_gate_passes_on_signals_and_the_exit_code()
    {
        CutInTheMiddle(_scene.Prepare("trap 'exit 77' TERM; while :; do sleep 0.05; done", seconds: 0.2));
        using var gate = SwapScene.Start(_scene.App, []);
        await SwapScene.UntilAsync(() => _scene.Outcome?.Result == SwapResult.Confirmed);

        using var kill = SwapScene.Start("/bin/kill", ["-TERM", $"{gate.Id}"]);
        var (code, _) = await SwapScene.EndOfAsync(gate);

        Assert.Equal(77, code);
    }

    [Fact(Timeout = Limit)]
    public async Task A_gate_with_nothing_left_to_recover_does_not_go_round()
    {
        _scene.Prepare("exit 0");
        File.Copy(SwapScene.Bootstrapper, _scene.App, overwrite: true);

        var (code, error) = await SwapScene.RunAsync(_scene.App, []);

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains("still the bootstrapper", error, StringComparison.Ordinal);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
    }

    [Fact(Timeout = Limit)]
    public async Task A_blocked_undo_says_what_is_in_the_way()
    {
        var swap = _scene.Prepare("rm 'my app'; mkdir 'my app'; exit 9");

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply with { WorkingDirectory = _scene.Layout.Root });

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains("The undo is blocked", error, StringComparison.Ordinal);
        Assert.Contains(_scene.App, error, StringComparison.Ordinal);
        Assert.Equal(SwapResult.Blocked, _scene.Outcome!.Result);
        Assert.Equal(SwapState.Undoing, _scene.Store.Find()!.State);

        Directory.Delete(_scene.App);
        (code, _) = await SwapScene.RunAsync(swap, Recover());

        Assert.Equal(0, code);
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
        Assert.Equal("1.0", _scene.Runs[^1].Split(' ')[0]);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bootstrapper_whose_own_file_is_gone_or_another_gives_the_app_back(bool another)
    {
        var swap = _scene.Prepare("exit 0");
        using var host = SwapScene.Start("/bin/sleep", ["60"]);
        using var bootstrapper = SwapScene.Start(swap.Bootstrapper, (_scene.Apply with { WaitFor = ProcessIdentity.Of(host.Id) }).ToArguments());
        await SwapScene.UntilAsync(() => File.Exists(_scene.Layout.Log));

        File.Delete(swap.Bootstrapper);
        if (another)
            await File.WriteAllTextAsync(swap.Bootstrapper, "not it");
        host.Kill();
        var (code, error) = await SwapScene.EndOfAsync(bootstrapper);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains($"{swap.Bootstrapper} was {(another ? "changed" : "removed")} by another program", error, StringComparison.Ordinal);
        Assert.Null(_scene.Store.Find()); // it can be staged again
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task An_undo_does_without_the_gate_when_the_bootstrappers_file_was_taken()
    {
        var swap = _scene.Prepare("rm .appupdater/swap/s1/bootstrapper; exit 9");

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { WorkingDirectory = _scene.Layout.Root });

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Equal(["2.0", "1.0"], _scene.Runs.Select(run => run.Split(' ')[0]));
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
        Assert.Null(_scene.Store.Find());
    }

    [Theory(Timeout = Limit)]
    [InlineData("apply")]
    [InlineData("apply", "--install", "relative", "--swap", "s1")]
    [InlineData("nonsense")]
    public async Task What_can_not_be_understood_is_a_usage_error(params string[] args)
    {
        var (code, error) = await SwapScene.RunAsync(SwapScene.Bootstrapper, args);

        Assert.Equal(ExitCodes.Usage, code);
        Assert.NotEmpty(error);
    }
}
