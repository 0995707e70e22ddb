using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

/// <summary>Files that were written a moment ago: they could be written again in the same step of the clock, and are never known for longer than a look.</summary>
public sealed class SwapFreshFilesTests
{
    private const string New = "/app/lib/new";
    private readonly SimulatedDisk _disk = Stories.Small.Start();
    private readonly List<string> _reads = [];

    public SwapFreshFilesTests()
    {
        SimulatedInstall.Write(_disk, New, new TreeFile("just written"));
        _disk.SetFacts(New, mode: null, SimulatedInstall.Now);
        _disk.OnRead = _reads.Add;
    }

    [Fact]
    public void One_look_at_all_of_them_reads_each_once()
    {
        var look = Live().LookAtAll([New, "/app/lib/a"]);
        Assert.True(look(New).Has(new TreeFile("just written").Hash));
        Assert.True(look("/app/lib/a").Has(new TreeFile("a 1").Hash));
        Assert.Equal(["/app/lib/a", New], _reads.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_second_look_reads_a_new_file_again_and_an_old_one_not()
    {
        var live = Live();
        var look = live.LookAtAll([New, "/app/lib/a"]);
        look(New);
        look("/app/lib/a");
        _reads.Clear();
        look(New);
        look("/app/lib/a");
        live.Look(New);
        Assert.Equal([New, New], _reads);
    }

    [Fact]
    public void What_was_learned_in_general_is_no_answer_for_a_new_file()
    {
        var live = Live();
        live.Learn([New]);
        Assert.Empty(_reads);
        live.Look(New);
        Assert.Equal([New], _reads);
    }

    [Fact]
    public void A_file_that_changed_since_is_read_again()
    {
        var look = Live().LookAtAll([New]);
        _disk.Overwrite(New, "JUST WRITTEN"u8.ToArray(), SimulatedInstall.Now);
        Assert.True(look(New).Has(new TreeFile("JUST WRITTEN").Hash));
    }

    [Fact]
    public void A_file_that_is_gone_since_is_missing()
    {
        var look = Live().LookAtAll([New]);
        _disk.DeleteFile(New);
        Assert.True(look(New).IsMissing);
    }

    [Fact]
    public void Nothing_is_known_any_more_where_the_look_is_anew()
    {
        var live = Live();
        live.Learn(["/app/lib/a"]);
        _reads.Clear();
        live.LookAtAllAnew(["/app/lib/a"])("/app/lib/a");
        Assert.Equal(["/app/lib/a"], _reads);
    }

    private LiveFiles Live() => new(_disk, SimulatedInstall.Root, new FixedClock(SimulatedInstall.Now), _ => { });
}
