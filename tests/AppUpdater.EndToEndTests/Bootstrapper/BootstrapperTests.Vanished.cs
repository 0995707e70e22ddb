using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

public sealed partial class BootstrapperTests
{
    private const string Taken = "was removed by another program, perhaps antivirus";

    [Fact(Timeout = Limit)]
    public async Task A_staged_file_that_vanishes_while_the_host_runs_drops_the_update_and_is_named()
    {
        var swap = _scene.Prepare("exit 0");
        using var host = SwapScene.Start("/bin/sleep", ["60"]);
        using var bootstrapper = SwapScene.Start(swap.Bootstrapper, (_scene.Apply with { WaitFor = ProcessIdentity.Of(host.Id) }).ToArguments());
        await SwapScene.UntilAsync(() => File.Exists(_scene.Layout.Log));

        foreach (var file in Directory.GetFiles(Path.Join(swap.Directory, "new")).Where(file => File.ReadAllText(file) == "new in 2.0"))
            File.Delete(file);
        host.Kill();
        var (code, error) = await SwapScene.EndOfAsync(bootstrapper);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains(Taken, error, StringComparison.Ordinal);
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
        Assert.Contains("The staged file of added", _scene.Outcome.Reason, StringComparison.Ordinal);
        Assert.Null(_scene.Store.Find());

        _scene.Prepare("exit 0"); // staged again, it goes in
        Assert.Equal(0, (await SwapScene.RunAsync(swap, _scene.Apply)).Code);
        Assert.Equal(_scene.Line("2.0"), _scene.Runs[^1]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_vanishes_from_a_version_on_probation_undoes_it_and_is_named()
    {
        var swap = _scene.Prepare("rm \"${0%/*}/added\"; exec sleep 30", seconds: 0.5);

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains($"added {Taken}", error, StringComparison.Ordinal);
        Assert.Equal([_scene.Line("2.0"), _scene.Line("1.0")], _scene.Runs);
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
        Assert.Contains($"added {Taken}", _scene.Outcome.Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_fails_for_want_of_a_file_is_undone_and_the_file_named_with_the_exit_code()
    {
        var swap = _scene.Prepare("rm \"${0%/*}/added\"; exit 9");

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains($"added {Taken}. Version 2.0 ended with exit code 9", _scene.Outcome!.Reason, StringComparison.Ordinal);
        Assert.Equal("1.0", _scene.Runs[^1].Split(' ')[0]);
    }

    [Fact(Timeout = Limit)]
    public async Task An_entry_that_vanishes_before_it_is_started_is_put_back_as_it_was()
    {
        var swap = _scene.Prepare("exit 0");
        await SwapScene.RunAsync(swap, _scene.Apply with { Relaunch = false });
        File.Delete(_scene.App);

        var (code, _) = await SwapScene.RunAsync(swap, Recover());

        Assert.Equal(0, code); // the old version's own
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
        Assert.Contains($"my app {Taken}", _scene.Outcome!.Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_an_old_file_there_is_no_way_back_and_the_new_version_stays_whole()
    {
        var swap = _scene.Prepare("rm -f .appupdater/swap/s1/old/* .appupdater/swap/s1/new/*; exit 9");

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply with { WorkingDirectory = _scene.Layout.Root });

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains($"The old version's my app {Taken}", error, StringComparison.Ordinal);
        Assert.Equal(SwapResult.Blocked, _scene.Outcome!.Result);
        Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
        Assert.True(File.Exists(Path.Join(_scene.Layout.Root, "added")));
        Assert.Contains("2.0", await File.ReadAllTextAsync(_scene.App), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_of_the_same_name_elsewhere_is_neither_waited_for_nor_ended()
    {
        var namesake = Path.Join(_scene.Elsewhere, SwapScene.Entry);
        File.Copy("/bin/sleep", namesake);
        using var other = SwapScene.Start(namesake, ["60"]);
        var swap = _scene.Prepare("exit 9");

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { WaitLimit = TimeSpan.FromSeconds(2) });

        Assert.Equal(ExitCodes.Undone, code); // applied, failed, gone back: and all the while it ran
        Assert.False(other.HasExited);
        other.Kill();
    }

    [Fact]
    public void A_bootstrapper_that_vanished_while_the_host_runs_leaves_the_update_pending_and_is_named()
    {
        var swap = _scene.Prepare("exit 0");
        File.Delete(swap.Bootstrapper);
        var launcher = new BootstrapperLauncher(_scene.Layout, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        var failure = Assert.Throws<InstallException>(() => launcher.Start(swap.Bootstrapper, _scene.Apply));

        Assert.Contains(swap.Bootstrapper, failure.Message, StringComparison.Ordinal);
        Assert.Contains("removed by another program, perhaps antivirus", failure.Message, StringComparison.Ordinal);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
    }
}
