using System.Diagnostics;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>One user's install, run by another who may not write it.</summary>
public sealed class OtherUserTests : IDisposable
{
    private const int Limit = 90_000;

    private readonly SwapScene _scene = new();

    public OtherUserTests() => _scene.OpenToAll();

    public void Dispose() => _scene.Dispose();

    [OtherUserFact(Timeout = Limit)]
    public async Task Another_users_process_holds_the_swap_back_and_is_named()
    {
        var swap = _scene.Prepare("exit 0");
        RunningMark.Require(_scene.Layout); // as whoever stages does
        using var other = AsOther("/usr/bin/flock", ["--shared", "--no-fork", _scene.Layout.Running, "sleep", "60"]);
        await SwapScene.UntilAsync(() => LockHolders.Of(_scene.Layout.Running).Contains(other.Id));

        var (code, error) = await SwapScene.RunAsync(swap, _scene.Apply with { WaitLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains($"process {other.Id} (", error, StringComparison.Ordinal);
        Assert.Contains("close it", error, StringComparison.Ordinal);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
        other.Kill();
        await other.WaitForExitAsync();
        Assert.Equal(0, (await SwapScene.RunAsync(swap, _scene.Apply)).Code);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
    }

    [OtherUserFact(Timeout = Limit)]
    public async Task A_start_in_mid_swap_by_another_user_waits_and_runs_the_whole_new_version()
    {
        var swap = BeginSwap();
        using var held = InstallLock.TryTake(_scene.Layout);
        using var finisher = SwapScene.Start(swap.Bootstrapper, (Recover with { Relaunch = false, Stay = false }).ToArguments());
        using var start = AsOther(swap.Bootstrapper, Recover.ToArguments());
        await Task.Delay(TimeSpan.FromSeconds(4)); // longer than a lock may be free between two of its holders
        Assert.False(start.HasExited);
        Assert.Empty(_scene.Runs);

        held!.Dispose();
        var (code, _) = await SwapScene.EndOfAsync(start);
        var (finished, _) = await SwapScene.EndOfAsync(finisher);

        Assert.Equal((0, 0), (code, finished));
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
        Assert.Equal(SwapState.Committed, _scene.Store.Find()!.State); // its owner's next start proves it
    }

    [OtherUserFact(Timeout = Limit)]
    public async Task A_swap_that_was_cut_off_is_not_run_by_another_user_who_is_told_what_to_do()
    {
        var swap = BeginSwap();

        var (code, error) = await SwapScene.EndOfAsync(AsOther(swap.Bootstrapper, Recover.ToArguments()));

        Assert.Equal(ExitCodes.Disk, code);
        Assert.Contains("Start the app once as the account that updates it", error, StringComparison.Ordinal);
        Assert.Contains(_scene.Layout.Root, error, StringComparison.Ordinal);
        Assert.Empty(_scene.Runs);
        Assert.Equal(0, (await SwapScene.RunAsync(swap, Recover)).Code);
        Assert.Equal([_scene.Line("2.0")], _scene.Runs);
    }

    [OtherUserFact(Timeout = Limit)]
    public async Task A_pending_update_of_an_install_that_another_user_can_not_write_does_not_keep_the_app_from_him()
    {
        _scene.Install("1.0", "exit 4");
        var swap = _scene.Prepare("exit 0");

        var (code, error) = await SwapScene.EndOfAsync(AsOther(swap.Bootstrapper, (_scene.Apply with { Stay = true }).ToArguments()));

        Assert.Equal(4, code);
        Assert.Contains("stays pending", error, StringComparison.Ordinal);
        Assert.Contains("write access", error, StringComparison.Ordinal);
        Assert.Equal([_scene.Line("1.0")], _scene.Runs);
        Assert.Equal(SwapState.Prepared, _scene.Store.Find()!.State);
    }

    private BootstrapperCommand Recover =>
        _scene.Apply with { Verb = BootstrapperVerb.Recover, Swap = null, Run = RelativePath.Parse(SwapScene.Entry), Stay = true };

    /// <summary>A swap of which only the journal was begun.</summary>
    private FoundSwap BeginSwap()
    {
        var swap = _scene.Prepare("exit 0");
        _scene.Files.Rename(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, "journal-applying"));
        InstallLock.TryTake(_scene.Layout)!.Dispose(); // its owner had it
        return swap;
    }

    private static Process AsOther(string program, IEnumerable<string> arguments) =>
        SwapScene.Start(OtherUser.Program, OtherUser.Runs(program, arguments));
}
