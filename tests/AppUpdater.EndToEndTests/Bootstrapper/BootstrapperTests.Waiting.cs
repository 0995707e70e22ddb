using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

public sealed partial class BootstrapperTests
{
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

    [LinuxFact(Timeout = Limit)]
    public async Task While_a_process_by_path_is_waited_for_a_start_of_the_app_shares_the_mark()
    {
        var program = Path.Join(_scene.Layout.Root, "tool");
        File.Copy("/bin/sleep", program);
        var swap = _scene.Prepare("exit 0");
        using var tool = SwapScene.Start(program, ["60"]);
        using var bootstrapper = SwapScene.Start(swap.Bootstrapper, (_scene.Apply with { WaitLimit = TimeSpan.FromSeconds(2) }).ToArguments());
        await SwapScene.UntilAsync(() => LockHolders.Of(_scene.Layout.Lock).Contains(bootstrapper.Id));

        // Shared for a moment each, so that it could hold the mark alone in between.
        var (shared, refused) = (0, 0);
        while (!bootstrapper.HasExited)
        {
            using (var mark = RunningMark.TryShare(_scene.Layout))
                _ = mark is null ? refused++ : shared++;
            await Task.Delay(20);
        }

        tool.Kill();
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
        Assert.True(shared > 20 && refused == 0, $"{shared} times shared, {refused} times refused");
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
}
