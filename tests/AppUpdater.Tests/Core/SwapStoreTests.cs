using System.Text;
using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

public sealed class SwapStoreTests
{
    private const string Swap = SimulatedInstall.SwapFolder;
    private static readonly SimulatedInstall Story = Stories.Small;

    [Fact]
    public void Nothing_is_found_where_nothing_was_prepared() => Assert.Null(Story.Store(Story.Start()).Find());

    [Fact]
    public void What_was_prepared_is_found()
    {
        var found = Story.Store(Story.Prepared()).Find();
        Assert.Equal(new FoundSwap(Story.Header(), SwapState.Prepared, Swap), found);
    }

    [Fact]
    public void An_unreadable_pending_swap_is_none_and_not_touched_by_a_look()
    {
        var disk = Story.Prepared();
        Damage(disk, "prepared");
        disk.BeforeStep = what => Assert.Fail(what);
        Assert.Null(Story.Store(disk).Find());
    }

    [Theory]
    [InlineData("applying")]
    [InlineData("committed")]
    [InlineData("undoing")]
    public void An_unreadable_journal_past_that_is_told_and_nothing_touched(string state)
    {
        var disk = Story.Prepared();
        disk.Rename(Path.Join(Swap, "journal-prepared"), Path.Join(Swap, "journal-" + state));
        Damage(disk, state);
        disk.BeforeStep = what => Assert.Fail(what);
        Assert.Throws<UntrustedException>(() => Story.Store(disk).Find());
    }

    [Fact]
    public void What_staging_has_flushed_is_flushed_again_only_where_its_look_changed_since()
    {
        Assert.Equal(["/app/.appupdater/staging/x/app", "/app/.appupdater/staging/x/lib_a", "/app/.appupdater/staging/x/more_deep_n"], Flushed(Story, _ => { }));
        var story = Story with { IsStagedFlushed = true };
        Assert.Empty(Flushed(story, _ => { }));
        Assert.Equal(
            ["/app/.appupdater/staging/x/lib_a"],
            Flushed(story, disk => disk.SetFacts("/app/.appupdater/staging/x/lib_a", TreeFile.Program, modified: null)));
    }

    [Fact]
    public void A_second_preparation_discards_the_pending_one()
    {
        var disk = Story.Prepared();
        SimulatedInstall.Write(disk, "/app/.appupdater/staging/x/n", new TreeFile("n"));
        var request = Story.Request() with
        {
            Header = Story.Header() with { Id = "swap2" },
            Place = [new(RelativePath.Parse("n"), "/app/.appupdater/staging/x/n", new TreeFile("n").Hash, null, null, null)],
            Remove = [],
            FoldersToRemove = [],
        };
        Story.Store(disk).Prepare(request);
        Assert.Equal("swap2", Story.Store(disk).Find()?.Header.Id);
        Assert.Null(disk.Stat(Swap));
    }

    [Fact]
    public void A_preparation_waits_for_an_unfinished_swap()
    {
        var disk = Story.Prepared();
        Story.Runner(disk).Apply(Story.Store(disk).Find()!);
        Assert.Throws<InstallException>(() => Story.Store(disk).Prepare(Story.Request()));
        Assert.Equal(SwapState.Committed, Story.Store(disk).Find()?.State);
    }

    [Fact]
    public void A_swap_on_probation_is_not_cleared()
    {
        var disk = Story.Prepared();
        Story.Runner(disk).Apply(Story.Store(disk).Find()!);
        Assert.Throws<InvalidOperationException>(() => Story.Store(disk).Clear(Story.Store(disk).Find()!));
    }

    [Theory]
    [InlineData("/app/lib", "symbolic link")]
    [InlineData("/app/more", "symbolic link")]
    public void A_link_in_a_parent_is_refused(string link, string because)
    {
        var story = Stories.Fresh;
        var disk = story.Start();
        disk.AddLink(link);
        var refusal = Assert.Throws<InstallException>(() => story.Store(disk).Prepare(story.Request()));
        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(link, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_target_that_is_no_file_is_refused(bool isLink)
    {
        var story = Stories.Fresh;
        var disk = story.Start();
        if (isLink)
            disk.AddLink("/app/app");
        else
            disk.CreateDirectory("/app/app");
        var refusal = Assert.Throws<InstallException>(() => story.Store(disk).Prepare(story.Request()));
        Assert.Contains("/app/app", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_is_neither_there_nor_comes_is_refused()
    {
        var story = Stories.Fresh with { Entry = "other" };
        var refusal = Assert.Throws<InstallException>(() => story.Prepared());
        Assert.Contains("/app/other", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bootstrapper_is_copied_and_can_be_run()
    {
        var disk = Story.Prepared();
        var copy = Story.Store(disk).Find()!.Bootstrapper;
        Assert.Equal(SimulatedInstall.Gate, SimulatedInstall.TextAt(disk, copy));
        Assert.True(disk.Stat(copy)!.Mode!.Value.HasFlag(UnixFileMode.UserExecute));
        Assert.NotNull(disk.Stat("/setup/bootstrapper"));
    }

    private static string[] Flushed(SimulatedInstall story, Action<SimulatedDisk> before)
    {
        var disk = story.Start();
        before(disk);
        var flushed = new List<string>();
        disk.BeforeStep = what =>
        {
            if (what.StartsWith("flush file /app/.appupdater/staging/", StringComparison.Ordinal))
                flushed.Add(what["flush file ".Length..]);
        };
        story.Store(disk).Prepare(story.Request());
        return [.. flushed.Order(StringComparer.Ordinal)];
    }

    private static void Damage(SimulatedDisk disk, string state)
    {
        var path = Path.Join(Swap, "journal-" + state);
        disk.DeleteFile(path);
        using var stream = disk.CreateNew(path, mode: null);
        stream.Write(Encoding.UTF8.GetBytes("not a journal"));
    }
}
