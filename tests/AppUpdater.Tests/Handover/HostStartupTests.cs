using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Handover;

public sealed class HostStartupTests : IDisposable
{
    private readonly StartupScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Without_the_updaters_folder_nothing_happens()
    {
        var report = _scene.Startup();

        Assert.Equal((null, false, null), (report.Version, report.IsFirstRun, report.LastSwap));
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Temp.Root));
    }

    [Fact]
    public void A_dato_ini_is_enough_for_this_run_to_be_seen()
    {
        _scene.Temp.Write("dato.ini", "");

        _scene.Startup();

        Assert.Null(RunningMark.TryHoldAlone(_scene.Layout));
    }

    [Theory]
    [InlineData("prepared")]
    [InlineData("confirmed")]
    [InlineData("undone")]
    public void A_swap_that_is_pending_or_over_is_left_alone(string state)
    {
        _scene.Prepare(state);

        _scene.Startup();

        Assert.Empty(_scene.HandedOver);
    }

    [Theory]
    [InlineData("applying")]
    [InlineData("undoing")]
    [InlineData("committed")]
    public void An_unfinished_swap_is_handed_to_the_bootstrapper_with_arguments_and_folder(string state)
    {
        _scene.Prepare(state);

        _scene.Startup("--a", "b c");

        var command = Assert.Single(_scene.HandedOver);
        Assert.Equal((BootstrapperVerb.Recover, _scene.Temp.Root), (command.Verb, command.Install));
        Assert.Equal((true, true, "app"), (command.Relaunch, command.Stay, command.Run?.Value));
        Assert.Equal(Environment.CurrentDirectory, command.WorkingDirectory);
        Assert.Equal(["--a", "b c"], command.Arguments.AsEnumerable());
    }

    [Fact]
    public void A_probation_that_is_watched_is_not_handed_over()
    {
        using var watch = WatchMark.TryTake(_scene.Prepare("committed").Directory);

        _scene.Startup();

        Assert.Empty(_scene.HandedOver);
    }

    [Fact]
    public void A_committed_swap_that_a_bootstrapper_just_failed_to_settle_is_not_handed_over_again()
    {
        _scene.Prepare("committed");

        new HostStartup(_scene.Layout, _scene.Files, NullLogger.Instance, (_, command) => _scene.HandedOver.Add(command), heldBack: "r").Run([]);

        Assert.Empty(_scene.HandedOver); // app and bootstrapper would start each other for ever
    }

    [Fact]
    public void A_swap_that_waits_for_this_start_is_applied()
    {
        var swap = _scene.Prepare("prepared");
        new NextStartMark(Bootstrapper: null).Write(_scene.Files, swap.Directory);

        _scene.Startup();

        Assert.Equal((BootstrapperVerb.Apply, "s1"), (Assert.Single(_scene.HandedOver).Verb, _scene.HandedOver[0].Swap));

        _scene.Startup();

        Assert.Single(_scene.HandedOver); // once: it must not keep the app from starting
    }

    [Fact]
    public void A_swap_whose_bootstrapper_was_killed_with_its_host_is_applied_at_this_start()
    {
        var swap = _scene.Prepare("prepared");
        new NextStartMark(ProcessIdentity.OfThisProcess() with { StartTime = 1 }).Write(_scene.Files, swap.Directory);

        _scene.Startup();
        _scene.Startup();

        Assert.Equal((BootstrapperVerb.Apply, "s1"), (Assert.Single(_scene.HandedOver).Verb, _scene.HandedOver[0].Swap));
        Assert.True(_scene.HandedOver[0].WaitLimit < TimeSpan.FromSeconds(10)); // it may have waited in vain before
    }

    [Fact]
    public void A_swap_whose_bootstrapper_still_waits_for_its_host_is_left_to_it()
    {
        var swap = _scene.Prepare("prepared");
        new NextStartMark(ProcessIdentity.OfThisProcess()).Write(_scene.Files, swap.Directory);

        _scene.Startup();

        Assert.Empty(_scene.HandedOver);
    }

    [Theory]
    [InlineData("committed", 0)]
    [InlineData("applying", 1)]
    public void Where_nothing_is_named_to_be_started_only_half_a_swap_is_handed_over(string state, int handedOver)
    {
        _scene.Prepare(state, entry: null);

        _scene.Startup();

        Assert.Equal(handedOver, _scene.HandedOver.Count);
    }

    [Fact]
    public void While_a_swap_holds_the_mark_alone_the_start_is_handed_over()
    {
        _scene.Prepare("prepared");
        using var alone = RunningMark.TryHoldAlone(_scene.Layout);

        _scene.Startup();

        Assert.Equal(BootstrapperVerb.Recover, Assert.Single(_scene.HandedOver).Verb);
    }

    [Fact]
    public async Task A_bootstrapper_that_makes_way_again_keeps_no_start_from_going_on()
    {
        _scene.Prepare("prepared");
        var alone = RunningMark.TryHoldAlone(_scene.Layout);
        var start = Task.Run(() => _scene.Startup());
        await Task.Delay(200);
        Assert.False(start.IsCompleted);

        alone!.Dispose();
        await start;

        Assert.Empty(_scene.HandedOver);
        Assert.Null(RunningMark.TryHoldAlone(_scene.Layout)); // shared for this process's life
    }

    [Fact]
    public async Task A_swap_that_begins_while_a_start_waits_for_the_mark_is_handed_over()
    {
        var swap = _scene.Prepare("prepared");
        using var alone = RunningMark.TryHoldAlone(_scene.Layout);
        var start = Task.Run(() => _scene.Startup());
        await Task.Delay(200);

        _scene.Files.Rename(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, "journal-applying"));
        await start;

        Assert.Equal(BootstrapperVerb.Recover, Assert.Single(_scene.HandedOver).Verb);
    }

    [Fact]
    public void A_bootstrapper_that_is_gone_is_put_back_from_the_one_beside_the_app()
    {
        var swap = _scene.Prepare("applying");
        File.Delete(swap.Bootstrapper);
        var name = OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";
        _scene.Temp.Write(name, "the bootstrapper");

        _scene.Startup();

        Assert.Equal("the bootstrapper", File.ReadAllText(swap.Bootstrapper));
        Assert.Single(_scene.HandedOver);
    }

    [Fact]
    public void A_bootstrapper_that_is_gone_does_not_keep_the_app_from_starting()
    {
        _scene.Prepare("committed");

        var startup = new HostStartup(_scene.Layout, _scene.Files, NullLogger.Instance, (_, _) => throw new InstallException("gone"));

        Assert.NotNull(startup.Run([]));
    }

    [Fact]
    public void A_journal_that_can_not_be_read_does_not_keep_the_app_from_starting()
    {
        File.WriteAllText(Path.Join(_scene.Prepare("applying").Directory, "journal-applying"), "garbage");

        Assert.NotNull(_scene.Startup());
        Assert.Empty(_scene.HandedOver);
    }
}
