using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

/// <summary>Undone after the new version ran, and did to the names of its folders what the old one does not know: the old one comes back all the same.</summary>
public sealed class SwapUndoTests
{
    private const string Stamp = ".user-20261121T100000Z";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TreeFile His = new("written by the new version", TreeFile.Plain, Age: 5);

    public static TheoryData<bool, bool> Volumes => new() { { true, true }, { false, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Volumes))]
    public void What_the_new_version_wrote_into_a_folder_makes_way_for_the_old_ones_file(bool canExchange, bool canLink)
    {
        var story = Turned(canExchange, canLink);
        string[] written = ["kind/his", "kind/deep/his"];
        PlayBack(story, disk => Write(disk, written), With(story.New, written), With([], [.. written.Select(path => "kind" + Stamp + path[4..])]));
    }

    [Theory]
    [MemberData(nameof(Volumes))]
    public void What_the_new_version_wrote_where_the_old_one_has_a_folder_makes_way(bool canExchange, bool canLink)
    {
        var story = Turned(canExchange, canLink);
        PlayBack(story, disk => Write(disk, "gone"), With(story.New, "gone"), With([], "gone" + Stamp));
    }

    [Theory]
    [MemberData(nameof(Volumes))]
    public void A_folder_that_the_new_version_removed_is_made_again(bool canExchange, bool canLink)
    {
        var story = Turned(canExchange, canLink);
        var rest = story.New.Where(file => file.Key != "lib/in/a").ToDictionary();
        PlayBack(story, RemoveLib, rest, []);
    }

    [Fact]
    public void The_folder_of_the_entry_is_made_again()
    {
        var story = Stories.Small with { Name = "deep entry", Entry = "bin/app", Old = new() { ["bin/app"] = Stories.Small.Old["app"] }, New = new() { ["bin/app"] = Stories.Small.New["app"] } };
        var disk = story.Prepared();
        Assert.Equal(SwapState.Committed, story.Runner(disk).Apply(story.Store(disk).Find()!).State);
        disk.DeleteFile("/app/bin/app");
        disk.DeleteDirectory("/app/bin");
        Assert.Equal(SwapState.Undone, story.Runner(disk).Undo(story.Store(disk).Find()!).State);
        Assert.Equal(story.OldTree, SimulatedInstall.TreeOf(disk));
    }

    [Fact]
    public void A_folder_that_only_its_owner_may_enter_comes_back_as_one_wherever_the_undo_is_cut()
    {
        var story = Stories.Small;
        for (var (last, cut) = (1, true); cut; last++)
        {
            var disk = story.Start();
            disk.SetFacts("/app/gone", Private, modified: null);
            story.Store(disk).Prepare(story.Request());
            story.Runner(disk).Apply(story.Store(disk).Find()!);
            cut = IsCut(disk, last, () => story.Runner(disk).Undo(story.Store(disk).Find()!));
            var left = disk.AfterKill();
            if (story.Store(left).Find() is { State: SwapState.Undoing } found)
                Assert.Equal(SwapState.Undone, story.Runner(left).Recover(found).State);
            else if (cut)
                continue;
            Assert.Equal(Private, left.Stat("/app/gone")!.Mode);
        }
    }

    [Fact]
    public void A_folder_that_the_user_made_meanwhile_and_uses_keeps_its_mode()
    {
        var story = Stories.Small;
        var disk = story.Prepared();
        SimulatedInstall.Write(disk, "/app/more/his", His);
        disk.SetFacts("/app/more", Private, modified: null);
        Assert.Equal(SwapState.Committed, story.Runner(disk).Apply(story.Store(disk).Find()!).State);
        Assert.Equal(Private, disk.Stat("/app/more")!.Mode);
        Assert.Equal("n 2", SimulatedInstall.TextAt(disk, "/app/more/deep/n"));
    }

    /// <summary>A file that becomes a folder, a folder that goes, and one that stays.</summary>
    private static SimulatedInstall Turned(bool canExchange, bool canLink) => new("turned")
    {
        Traits = new(canExchange, canLink),
        Old = new() { ["app"] = new("app 1", TreeFile.Program), ["kind"] = new("a file 1"), ["gone/x"] = new("x 1"), ["lib/in/a"] = new("a 1") },
        New = new() { ["app"] = new("app 2", TreeFile.Program, Age: 1), ["kind/deep/inner"] = new("inner 2", Age: 1), ["lib/in/a"] = new("a 2", Age: 1) },
    };

    private static Dictionary<string, TreeFile> With(Dictionary<string, TreeFile> files, params string[] written) =>
        files.Concat(written.Select(path => KeyValuePair.Create(path, His))).ToDictionary();

    private static void PlayBack(SimulatedInstall story, Action<SimulatedDisk> run, Dictionary<string, TreeFile> after, Dictionary<string, TreeFile> kept)
    {
        var ran = new Ending(SwapState.Committed, (story with { New = after }).NewTree);
        var back = new Ending(SwapState.Undone, (story with { Users = kept }).OldTree);
        var matrix = new CutMatrix(story, CutBounds.Usual);
        var disk = story.Prepared();
        Assert.Equal(SwapState.Committed, story.Runner(disk).Apply(story.Store(disk).Find()!).State);
        run(disk);
        disk.Settle();
        Assert.Null(matrix.Play(disk, [new("Undo", _ => story.Runner(disk).Undo(story.Store(disk).Find()!), [ran, back], [back])]));
    }

    private static void Write(SimulatedDisk disk, params string[] paths)
    {
        foreach (var path in paths)
            SimulatedInstall.Write(disk, "/app/" + path, His);
    }

    private static void RemoveLib(SimulatedDisk disk)
    {
        disk.DeleteFile("/app/lib/in/a");
        disk.DeleteDirectory("/app/lib/in");
        disk.DeleteDirectory("/app/lib");
    }

    private static bool IsCut(SimulatedDisk disk, int last, Action act)
    {
        var step = 0;
        disk.BeforeStep = what => _ = ++step >= last ? throw new CutException(what) : step;
        try
        {
            act();
            return false;
        }
        catch (CutException)
        {
            return true;
        }
        finally
        {
            disk.BeforeStep = null;
        }
    }
}
