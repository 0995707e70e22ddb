using System.IO.Abstractions;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Releases;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The published executable, a real install and real processes. The app is a shell script, so these run on Linux.</summary>
public sealed class BootstrapperTests : IDisposable
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

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains("damaged", error, StringComparison.Ordinal);
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

    [Fact(Timeout = Limit)]
    public async Task The_host_is_waited_for()
    {
        var swap = _scene.Prepare("exit 0");
        using var host = SwapScene.Start("/bin/sleep", ["60"]);
        using var bootstrapper = SwapScene.Start(swap.Bootstrapper, (_scene.Apply with { WaitFor = ProcessIdentity.Of(host.Id) }).ToArguments());
        await SwapScene.UntilAsync(() => File.Exists(_scene.Layout.Log));
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);

        host.Kill();
        var (code, _) = await SwapScene.EndOfAsync(bootstrapper);

        Assert.Equal(0, code);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task A_host_that_stays_leaves_the_update_pending_and_is_named()
    {
        var swap = _scene.Prepare("exit 0");
        using var host = SwapScene.Start("/bin/sleep", ["60"]);

        var (code, error) = await SwapScene.RunAsync(
            swap, _scene.Apply with { WaitFor = ProcessIdentity.Of(host.Id), WaitLimit = TimeSpan.FromSeconds(1) });
        host.Kill();

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains($"process {host.Id}", error, StringComparison.Ordinal);
        Assert.Equal(SwapResult.Pending, _scene.Outcome!.Result);
        Assert.Contains($"process {host.Id}", _scene.Outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
        Assert.Empty(_scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task A_process_by_path_leaves_the_update_pending_and_is_named()
    {
        var program = Path.Join(_scene.Layout.Root, "tool");
        File.Copy("/bin/sleep", program);
        var swap = _scene.Prepare("exit 0");
        using var tool = SwapScene.Start(program, ["60"]);

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply with { WaitLimit = TimeSpan.FromSeconds(1) });
        tool.Kill();

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains($"process {tool.Id} ({program})", error, StringComparison.Ordinal);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
    }

    [Fact(Timeout = Limit)]
    public async Task A_process_that_shares_the_mark_leaves_the_update_pending()
    {
        var swap = _scene.Prepare("exit 0");
        using var mark = RunningMark.TryShare(_scene.Layout);

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { WaitLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
    }

    [Fact(Timeout = Limit)]
    public async Task A_host_that_ended_for_an_update_that_stays_pending_comes_back()
    {
        var swap = _scene.Prepare("exit 0");
        using var mark = RunningMark.TryShare(_scene.Layout);
        using var host = SwapScene.Start("/bin/sleep", ["60"]);
        var identity = ProcessIdentity.Of(host.Id);
        host.Kill();
        await host.WaitForExitAsync();

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { WaitFor = identity, WaitLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
        Assert.Equal(SwapResult.Pending, _scene.Outcome!.Result);
    }

    [Fact(Timeout = Limit)]
    public async Task Who_waits_for_the_app_to_start_gets_it_though_the_update_stays_pending()
    {
        var swap = _scene.Prepare("exit 0");
        using var mark = RunningMark.TryShare(_scene.Layout);
        _scene.Install("1.0", "exit 4");

        var (code, _) = await SwapScene.RunAsync(swap, _scene.Apply with { Stay = true, WaitLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal(4, code);
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
    }

    [Fact(Timeout = Limit)]
    public async Task A_swap_without_an_entry_is_finished_and_what_was_started_is_started()
    {
        var swap = _scene.Prepare("exit 4", hasEntry: false);
        _scene.Files.Rename(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, "journal-applying"));

        var (code, _) = await SwapScene.RunAsync(swap, Recover() with { Run = RelativePath.Parse(SwapScene.Entry) });

        Assert.Equal(4, code);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
        Assert.Equal(SwapResult.Confirmed, _scene.Outcome!.Result);
    }

    [Fact(Timeout = Limit)]
    public async Task The_app_inherits_no_lock()
    {
        CutInTheMiddle(_scene.Prepare("cd \"${0%/*}\"; ls -l /proc/self/fd > handles; exit 0"));

        await SwapScene.RunAsync(_scene.App, []);

        Assert.DoesNotContain(".appupdater", await File.ReadAllTextAsync(Path.Join(_scene.Layout.Root, "handles")), StringComparison.Ordinal);
    }

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

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains("missing or changed", error, StringComparison.Ordinal);
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
