using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Handover;

public sealed class HostStartupTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly InstallLayout _layout;
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();
    private readonly List<BootstrapperCommand> _handedOver = [];

    public HostStartupTests() => _layout = new InstallLayout(_temp.Root);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Without_the_updaters_folder_nothing_happens()
    {
        var report = Startup();

        Assert.Equal((null, false, null), (report.Version, report.IsFirstRun, report.LastSwap));
        Assert.Empty(Directory.GetFileSystemEntries(_temp.Root));
    }

    [Fact]
    public void A_dato_ini_is_enough_for_this_run_to_be_seen()
    {
        _temp.Write("dato.ini", "");

        Startup();

        Assert.Null(RunningMark.TryHoldAlone(_layout));
    }

    [Fact]
    public void The_first_run_of_a_version_is_told_once()
    {
        WriteRecord("1.0.0");
        Assert.Equal(("1.0.0", true), Seen());
        Assert.Equal(("1.0.0", false), Seen());

        WriteRecord("1.1.0-beta.2");

        Assert.Equal(("1.1.0-beta.2", true), Seen());
        Assert.Equal(("1.1.0-beta.2", false), Seen());

        WriteRecord("1.0.0");

        Assert.Equal(("1.0.0", false), Seen()); // it came back
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"version\": 3}")]
    [InlineData("{\"version\": \"a b\"}")]
    [InlineData("{\"app\": {\"version\": \"1.0\"}}")]
    public void A_record_that_can_not_be_read_has_no_version(string json)
    {
        _temp.Write(".appupdater/installed.json", json);

        Assert.Equal((null, false), Seen());
    }

    [Fact]
    public void The_last_outcome_is_told()
    {
        Directory.CreateDirectory(_layout.Own);
        var outcome = new SwapOutcome(SwapResult.Undone, "1.0", "2.0", "why", DateTimeOffset.UnixEpoch);
        new OutcomeFile(_layout, _files, NullLogger.Instance).Write("s1", outcome);

        Assert.Equal(outcome, Startup().LastSwap);
    }

    [Theory]
    [InlineData("prepared")]
    [InlineData("confirmed")]
    [InlineData("undone")]
    public void A_swap_that_is_pending_or_over_is_left_alone(string state)
    {
        Prepare(state);

        Startup();

        Assert.Empty(_handedOver);
    }

    [Theory]
    [InlineData("applying")]
    [InlineData("undoing")]
    [InlineData("committed")]
    public void An_unfinished_swap_is_handed_to_the_bootstrapper_with_arguments_and_folder(string state)
    {
        Prepare(state);

        Startup("--a", "b c");

        var command = Assert.Single(_handedOver);
        Assert.Equal((BootstrapperVerb.Recover, _temp.Root), (command.Verb, command.Install));
        Assert.Equal((true, true, "app"), (command.Relaunch, command.Stay, command.Run?.Value));
        Assert.Equal(Environment.CurrentDirectory, command.WorkingDirectory);
        Assert.Equal(["--a", "b c"], command.Arguments.AsEnumerable());
    }

    [Fact]
    public void A_probation_that_is_watched_is_not_handed_over()
    {
        using var watch = WatchMark.TryTake(Prepare("committed").Directory);

        Startup();

        Assert.Empty(_handedOver);
    }

    [Fact]
    public void A_committed_swap_that_a_bootstrapper_just_failed_to_settle_is_not_handed_over_again()
    {
        Prepare("committed");

        new HostStartup(_layout, _files, NullLogger.Instance, (_, command) => _handedOver.Add(command), heldBack: "r").Run([]);

        Assert.Empty(_handedOver); // app and bootstrapper would start each other for ever
    }

    [Fact]
    public void A_swap_that_waits_for_this_start_is_applied()
    {
        var swap = Prepare("prepared");
        new NextStartMark(Bootstrapper: null).Write(_files, swap.Directory);

        Startup();

        Assert.Equal((BootstrapperVerb.Apply, "s1"), (Assert.Single(_handedOver).Verb, _handedOver[0].Swap));

        Startup();

        Assert.Single(_handedOver); // once: it must not keep the app from starting
    }

    [Fact]
    public void A_swap_whose_bootstrapper_was_killed_with_its_host_is_applied_at_this_start()
    {
        var swap = Prepare("prepared");
        new NextStartMark(ProcessIdentity.OfThisProcess() with { StartTime = 1 }).Write(_files, swap.Directory);

        Startup();
        Startup();

        Assert.Equal((BootstrapperVerb.Apply, "s1"), (Assert.Single(_handedOver).Verb, _handedOver[0].Swap));
        Assert.True(_handedOver[0].WaitLimit < TimeSpan.FromSeconds(10)); // it may have waited in vain before
    }

    [Fact]
    public void A_swap_whose_bootstrapper_still_waits_for_its_host_is_left_to_it()
    {
        var swap = Prepare("prepared");
        new NextStartMark(ProcessIdentity.OfThisProcess()).Write(_files, swap.Directory);

        Startup();

        Assert.Empty(_handedOver);
    }

    [Theory]
    [InlineData("committed", 0)]
    [InlineData("applying", 1)]
    public void Where_nothing_is_named_to_be_started_only_half_a_swap_is_handed_over(string state, int handedOver)
    {
        Prepare(state, entry: null);

        Startup();

        Assert.Equal(handedOver, _handedOver.Count);
    }

    [Fact]
    public void While_a_swap_holds_the_mark_alone_the_start_is_handed_over()
    {
        Prepare("prepared");
        using var alone = RunningMark.TryHoldAlone(_layout);

        Startup();

        Assert.Equal(BootstrapperVerb.Recover, Assert.Single(_handedOver).Verb);
    }

    [Fact]
    public void A_bootstrapper_that_is_gone_is_put_back_from_the_one_beside_the_app()
    {
        var swap = Prepare("applying");
        File.Delete(swap.Bootstrapper);
        var name = OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";
        _temp.Write(name, "the bootstrapper");

        Startup();

        Assert.Equal("the bootstrapper", File.ReadAllText(swap.Bootstrapper));
        Assert.Single(_handedOver);
    }

    [Fact]
    public void A_bootstrapper_that_is_gone_does_not_keep_the_app_from_starting()
    {
        Prepare("committed");

        var startup = new HostStartup(_layout, _files, NullLogger.Instance, (_, _) => throw new InstallException("gone"));

        Assert.NotNull(startup.Run([]));
    }

    [Fact]
    public void Confirm_leaves_its_mark_where_the_host_has_to_call()
    {
        var swap = Prepare("committed", ConfirmMode.Call);
        var report = Startup();
        Assert.False(File.Exists(swap.HostConfirmation));

        report.Confirm();
        report.Confirm();

        Assert.True(File.Exists(swap.HostConfirmation));
    }

    [Fact]
    public void Confirm_does_nothing_where_nobody_waits_for_it()
    {
        var swap = Prepare("committed");

        Startup().Confirm();

        Assert.False(File.Exists(swap.HostConfirmation));
    }

    [Fact]
    public void A_journal_that_can_not_be_read_does_not_keep_the_app_from_starting()
    {
        File.WriteAllText(Path.Join(Prepare("applying").Directory, "journal-applying"), "garbage");

        Assert.NotNull(Startup());
        Assert.Empty(_handedOver);
    }

    private StartupReport Startup(params string[] args) =>
        new HostStartup(_layout, _files, NullLogger.Instance, (_, command) => _handedOver.Add(command)).Run(args);

    private (string?, bool) Seen() => Startup() is var report ? (report.Version, report.IsFirstRun) : default;

    private void WriteRecord(string version) =>
        _temp.Write(".appupdater/installed.json", $$"""{ "format": 1, "app": "a", "version": "{{version}}", "files": [ { "version": "no" } ] }""");

    private FoundSwap Prepare(string state, ConfirmMode confirm = ConfirmMode.Alive, string? entry = "app")
    {
        var staged = _temp.Write(".appupdater/staging/app", "new");
        var swap = new SwapStore(_files, _layout).Prepare(new SwapRequest(
            new SwapHeader
            {
                Id = "s1",
                App = "a",
                From = "1.0",
                To = "2.0",
                Release = "r",
                Changed = ChangedFilePolicy.Overwrite,
                Entry = entry is null ? null : RelativePath.Parse(entry),
                Confirm = confirm,
                ConfirmWithin = TimeSpan.FromSeconds(30),
                IsRollback = false,
            },
            [new FileToPlace(RelativePath.Parse("app"), staged, ContentHash.Of("new"u8), OldHash: null, Mode: null, Modified: null)],
            [],
            [],
            _temp.Write("bootstrapper", "the bootstrapper")));
        if (state != "prepared")
            _files.Rename(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, $"journal-{state}"));
        return swap;
    }
}
