using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>Several at one install at once, and a supervisor that ends a host's whole process group.</summary>
public sealed class SeveralProcessesTests : IDisposable
{
    private const int Limit = 120_000;
    private const int Kill = 9;
    private const int Terminate = 15;

    private readonly SwapScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [LinuxFact(Timeout = Limit)]
    public async Task Of_two_bootstrappers_at_once_one_swaps_and_none_breaks_it()
    {
        var swap = _scene.Prepare("exit 0");

        var ends = await Task.WhenAll(SwapScene.RunAsync(swap, _scene.Apply), SwapScene.RunAsync(swap, _scene.Apply));

        // The later one meets the swap done, and says so, or still at work, and starts the app beside it as who starts an app twice.
        var ran = ends.Count(end => end.Code == 0);
        Assert.InRange(ran, 1, 2);
        Assert.All(ends.Where(end => end.Code != 0), end => Assert.Equal(ExitCodes.Disk, end.Code));
        Assert.Equal(Enumerable.Repeat(_scene.Line("2.0"), ran), _scene.Runs);
        Assert.Equal(SwapResult.Confirmed, _scene.Outcome!.Result);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_bootstrapper_whose_swap_another_carried_out_says_so()
    {
        var swap = _scene.Prepare("exit 0");
        Assert.Equal(0, (await SwapScene.RunAsync(swap, _scene.Apply)).Code);
        var own = Path.Join(_scene.Layout.Root, "late");
        File.Copy(SwapScene.Bootstrapper, own);

        var (code, error) = await SwapScene.RunAsync(own, _scene.Apply.ToArguments());

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains("another updater took it away", error, StringComparison.Ordinal);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task Who_shares_the_mark_is_named_though_it_runs_from_elsewhere()
    {
        var swap = _scene.Prepare("exit 0");
        using var second = SwapScene.Start("/usr/bin/flock", ["--shared", "--no-fork", _scene.Layout.Running, "sleep", "60"]);
        await SwapScene.UntilAsync(() => LockHolders.Of(_scene.Layout.Running).Contains(second.Id));

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply with { WaitLimit = TimeSpan.FromSeconds(1) });
        second.Kill();

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains($"process {second.Id} (/", error, StringComparison.Ordinal);
        Assert.Contains($"process {second.Id} (/", _scene.Outcome!.Reason, StringComparison.Ordinal);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_bootstrapper_that_finds_an_updater_at_work_names_it()
    {
        var swap = _scene.Prepare("exit 0");
        using var held = InstallLock.TryTake(_scene.Layout);

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply with { WaitLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains($"another updater (process {Environment.ProcessId}) is at work", error, StringComparison.Ordinal);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task An_updater_that_finds_a_bootstrapper_at_work_names_it_and_the_swap_goes_through()
    {
        await using var cli = new CliScene();
        var app = Path.Join(cli.Install, "server");
        File.Copy("/bin/sleep", app);
        using var host = SwapScene.Start(app, ["600"]);
        var first = cli.RunAsync("update");
        var log = Path.Join(cli.Install, ".appupdater", "log");
        await SwapScene.UntilAsync(() => File.Exists(log) && File.ReadAllText(log).Contains("Bootstrapper: Apply", StringComparison.Ordinal));
        await Task.Delay(TimeSpan.FromSeconds(1)); // it takes the lock next

        (await cli.RunAsync("update")).Is(6, "Another updater (process ", cli.Install, "try again");
        host.Kill();
        await host.WaitForExitAsync();

        (await first).Is(0);
        Assert.Equal("two, and longer", await File.ReadAllTextAsync(Path.Join(cli.Install, "app.txt")));
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_bootstrapper_killed_with_its_hosts_process_group_leaves_the_update_pending_and_nothing_locked()
    {
        var swap = _scene.Prepare("exit 0");
        using (var host = SwapScene.Start("/bin/sleep", ["60"]))
        {
            using var group = await StartInGroupAsync(swap, host.Id);
            Signal(group.Id, Kill);
            await group.WaitForExitAsync();
            host.Kill();
        }

        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
        Assert.Empty(_scene.Runs);
        Assert.Equal(0, (await SwapScene.RunAsync(swap, _scene.Apply)).Code);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_bootstrapper_asked_to_end_with_its_hosts_process_group_swaps_and_leaves_the_start_to_the_supervisor()
    {
        var swap = _scene.Prepare("exit 0");
        using (var host = SwapScene.Start("/bin/sleep", ["60"]))
        {
            using var group = await StartInGroupAsync(swap, host.Id);
            Signal(group.Id, Terminate);
            host.Kill();
            await SwapScene.EndOfAsync(group);
        }

        Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State);
        Assert.Empty(_scene.Runs);
        var start = _scene.Apply with { Verb = BootstrapperVerb.Recover, Swap = null, Stay = true }; // as the app's start does
        Assert.Equal(0, (await SwapScene.RunAsync(swap, start)).Code);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
        Assert.Equal(SwapResult.Confirmed, _scene.Outcome!.Result);
    }

    /// <summary>A bootstrapper at the head of a process group of its own, that waits for a host.</summary>
    private async Task<System.Diagnostics.Process> StartInGroupAsync(FoundSwap swap, int host)
    {
        var command = _scene.Apply with { WaitFor = ProcessIdentity.Of(host) };
        var group = SwapScene.Start("/usr/bin/setsid", [swap.Bootstrapper, .. command.ToArguments()]);
        await SwapScene.UntilAsync(() => File.Exists(_scene.Layout.Log));
        return group;
    }

    private static void Signal(int group, int signal) => Assert.Equal(0, UnixCalls.Signal(-group, signal));
}
