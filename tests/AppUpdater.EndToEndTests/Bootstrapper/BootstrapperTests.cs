using System.IO.Abstractions;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Releases;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The published executable, a real install and real processes. The app is a shell script, so these run on Linux.</summary>
public sealed partial class BootstrapperTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly SwapScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task An_update_is_applied_started_with_its_arguments_and_folder_and_confirmed()
    {
        var swap = _scene.Prepare("exit 0");

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
        Assert.Equal((SwapResult.Confirmed, "1.0", "2.0", null), Told());
        Assert.True(File.Exists(Path.Join(_scene.Layout.Root, "added")));
        Assert.Null(_scene.Store.Find());
        Assert.False(Directory.Exists(swap.Directory));
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_lives_long_enough_is_confirmed_and_left_running()
    {
        var swap = _scene.Prepare("exec sleep 30", seconds: 0.5);

        // No pipe is read to its end here: the app holds it open.
        using var bootstrapper = SwapScene.Start(swap.Bootstrapper, _scene.Apply.ToArguments());
        await bootstrapper.WaitForExitAsync();

        Assert.Equal(0, bootstrapper.ExitCode);
        Assert.Equal(SwapResult.Confirmed, _scene.Outcome!.Result);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_ends_badly_is_undone_remembered_and_the_old_one_started()
    {
        var swap = _scene.Prepare("exit 9");

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains("exit code 9", error, StringComparison.Ordinal);
        Assert.Equal([_scene.Line("2.0"), _scene.Line("1.0")], _scene.Runs);
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
        Assert.Contains("exit code 9", _scene.Outcome.Reason, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(_scene.Layout.Root, "added")));
        Assert.Equal(["release-2"], TrustFile.Load(new FileSystem(), _scene.Layout.Trust).Refused.Select(refused => refused.Release));
        Assert.False(Directory.Exists(swap.Directory));
    }

    [Fact(Timeout = Limit)]
    public async Task An_app_that_comes_back_without_its_update_is_told_which_it_was()
    {
        _scene.Install("1.0", "echo \"held back: $APPUPDATER_HELD_BACK\" >> told");
        var swap = _scene.Prepare("exit 0");
        await File.AppendAllTextAsync(Directory.GetFiles(Path.Join(swap.Directory, "new"))[0], "damaged");

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains("was changed by another program", error, StringComparison.Ordinal);
        Assert.Null(_scene.Store.Find()); // it can be staged again
        await Polling.UntilAsync(() => File.Exists(Path.Join(_scene.Elsewhere, "told")), TimeSpan.FromSeconds(10), TimeProvider.System, default);
        Assert.Equal("held back: release-2\n", await File.ReadAllTextAsync(Path.Join(_scene.Elsewhere, "told")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_line_that_does_not_wait_for_the_app_gives_it_none_of_its_streams()
    {
        var swap = _scene.Prepare("exec sleep 20", seconds: 0.2);
        var itself = ProcessIdentity.OfThisProcess();

        // Reads to the end of the stream, which an app that had it would hold open.
        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply with { Launcher = itself }).WaitAsync(TimeSpan.FromSeconds(15));

        Assert.Equal((0, ""), (code, error));
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_can_not_even_be_started_is_undone()
    {
        var swap = _scene.Prepare("exit 0", interpreter: "/no/such/shell");

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_does_not_confirm_is_asked_to_close_then_undone()
    {
        var swap = _scene.Prepare("trap 'echo closed >> ran2; exit 0' TERM; while :; do sleep 0.05; done", ConfirmMode.Call, seconds: 0.5);

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains("did not confirm", error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(_scene.Elsewhere, "ran2")));
        Assert.Equal([_scene.Line("2.0"), _scene.Line("1.0")], _scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_confirms_is_confirmed()
    {
        var swap = _scene.Prepare("touch \"$MARK\"; sleep 1; exit 3", ConfirmMode.Call);
        Environment.SetEnvironmentVariable("MARK", swap.HostConfirmation);

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { Stay = true });

        Assert.Equal(3, code); // confirmed before it ended so
        Assert.Equal(SwapResult.Confirmed, _scene.Outcome!.Result);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_an_entry_a_commit_is_the_end()
    {
        var swap = _scene.Prepare("exit 9", hasEntry: false);

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply);

        Assert.Equal(0, code);
        Assert.Empty(_scene.Runs);
        Assert.Equal(SwapResult.Confirmed, _scene.Outcome!.Result);
        Assert.Null(_scene.Store.Find());
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollback_is_not_judged()
    {
        var swap = _scene.Prepare("exit 9", isRollback: true);

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { Stay = true });

        Assert.Equal(9, code);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
        Assert.Equal(SwapResult.Confirmed, _scene.Outcome!.Result);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_relaunch_the_swap_stays_on_probation_and_recover_judges_it()
    {
        var swap = _scene.Prepare("exit 9");
        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { Relaunch = false });
        Assert.Equal(0, code);
        Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
        Assert.Empty(_scene.Runs);

        (code, _) = await SwapScene.RunAsync(swap, Recover());

        Assert.Equal([_scene.Line("2.0"), _scene.Line("1.0")], _scene.Runs);
        Assert.Equal(0, code); // the old version's own
        Assert.Equal(SwapResult.Undone, _scene.Outcome!.Result);
    }

    private BootstrapperCommand Recover() => _scene.Apply with { Verb = BootstrapperVerb.Recover, Swap = null, Stay = true };

    private (SwapResult Result, string From, string To, string? Reason) Told() =>
        _scene.Outcome is { } told ? (told.Result, told.From, told.To, told.Reason) : default;

    /// <summary>Cut off behind the gate, before the first other change.</summary>
    private void CutInTheMiddle(FoundSwap swap)
    {
        var disk = new CutDisk(_scene.Files, Path.Join(_scene.Layout.Root, "added"));
        Assert.Throws<CutException>(() => new SwapRunner(disk, _scene.Layout, TimeProvider.System).Apply(swap));
        Assert.Equal(SwapState.Applying, _scene.Store.Find()!.State);
        Assert.Equal(File.ReadAllBytes(SwapScene.Bootstrapper), File.ReadAllBytes(_scene.App));
    }
}
