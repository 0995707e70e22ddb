using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

/// <summary>How often a swap reads a file, and what it makes of one that changes between its readings.</summary>
public sealed class SwapReadingTests
{
    private const string Stamp = ".user-20261121T100000Z";

    public enum Change { Bytes, BytesAndTimeSetBack, OtherFileOfTheSameTime, Length }

    public static TheoryData<string, Change> Changes()
    {
        var data = new TheoryData<string, Change>();
        foreach (var name in new[] { "small", "small, links", "small, neither" })
        {
            foreach (var change in Enum.GetValues<Change>())
                data.Add(name, change);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_file_that_changes_between_verification_and_its_step_is_kept(string name, Change change)
    {
        var (story, disk) = Begin(name);
        Before(disk, "journal-applying", () => ChangeIt(disk, "/app/lib/a", change));
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal("a 2", SimulatedInstall.TextAt(disk, "/app/lib/a"));
        Assert.Equal(His(change), SimulatedInstall.TextAt(disk, "/app/lib/a" + Stamp));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_file_to_be_removed_that_changes_between_verification_and_its_step_is_kept(string name, Change change)
    {
        var (story, disk) = Begin(name);
        Before(disk, "journal-applying", () => ChangeIt(disk, "/app/gone/x", change));
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal(His(change), SimulatedInstall.TextAt(disk, "/app/gone/x" + Stamp));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void An_entry_that_changes_between_verification_and_its_step_is_kept(string name, Change change)
    {
        var (story, disk) = Begin(name);
        Before(disk, "journal-applying", () => ChangeIt(disk, "/app/app", change));
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal(His(change), SimulatedInstall.TextAt(disk, "/app/app" + Stamp));
    }

    [Fact]
    public void A_file_whose_time_is_set_back_is_kept_on_a_disk_without_ctime_as_well()
    {
        var (story, disk) = Begin("small, neither");
        disk.Traits = disk.Traits with { HasNoCtime = true };
        Before(disk, "journal-applying", () => ChangeIt(disk, "/app/lib/a", Change.BytesAndTimeSetBack));
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        Assert.Equal(His(Change.BytesAndTimeSetBack), SimulatedInstall.TextAt(disk, "/app/lib/a" + Stamp));
    }

    [Fact]
    public void What_can_not_be_looked_at_stays_unknown()
    {
        var disk = new ChangingDisk(Begin("small").Disk);
        var known = new KnownFiles(disk, new FixedClock(SimulatedInstall.Now));
        ContentHash Read(string path)
        {
            using var stream = disk.OpenRead(path);
            return ContentHash.Of(stream);
        }

        disk.BeforeStat("/app/lib/a", 1, () => throw new UnauthorizedAccessException("It is being deleted."));
        known.Learn(["/app/lib/a", "/app/gone/x"], Read);
        Assert.Null(known.Find("/app/lib/a"));
        Assert.NotNull(known.Find("/app/gone/x"));
        known.Learn(["/app/lib/a"], Read);
        disk.BeforeStat("/app/lib/a", 1, () => throw new IOException("It is in use."));
        Assert.Null(known.Find("/app/lib/a"));
        Assert.NotNull(known.Find("/app/lib/a"));
    }

    [Theory]
    [InlineData(Change.Bytes)]
    [InlineData(Change.BytesAndTimeSetBack)]
    [InlineData(Change.OtherFileOfTheSameTime)]
    public void A_staged_file_that_changes_after_verification_does_not_stay_in_place(Change change)
    {
        var (story, disk) = Begin("small");
        var staged = Path.Join(SimulatedInstall.SwapFolder, "new", Slot(story, disk, "lib/a"));
        Before(disk, "journal-applying", () => ChangeIt(disk, staged, change));
        var report = Apply(story, disk);
        Assert.Equal(SwapState.Undone, report.State);
        Assert.Contains("/app/lib/a", report.Reason, StringComparison.Ordinal);
        Assert.Equal("a 1", SimulatedInstall.TextAt(disk, "/app/lib/a"));
    }

    [Fact]
    public void A_file_that_changes_after_it_was_put_in_place_is_found_by_the_last_look()
    {
        var (story, disk) = Begin("small");
        Before(disk, "flush folder /app/lib", () => disk.Overwrite("/app/lib/a", "b x"u8.ToArray(), modified: null));
        Assert.Equal(SwapState.Undone, Apply(story, disk).State);
        Assert.Equal("a 1", SimulatedInstall.TextAt(disk, "/app/lib/a"));
        Assert.Equal("b x", SimulatedInstall.TextAt(disk, "/app/lib/a" + Stamp));
    }

    [Theory]
    [InlineData("small")]
    [InlineData("small, links")]
    [InlineData("small, neither")]
    [InlineData("full")]
    public void A_swap_reads_every_staged_file_once_and_every_file_in_place_twice(string name)
    {
        var (story, disk) = Begin(name);
        var journal = new SwapFolder(disk, SimulatedInstall.SwapFolder).Read(SwapState.Prepared);
        var reads = Reads(disk);
        Assert.Equal(SwapState.Committed, Apply(story, disk).State);
        foreach (var operation in journal.Operations.Where(operation => operation.Kind is OperationKind.Place or OperationKind.Remove && !operation.IsSameContent))
        {
            var staged = Path.Join(SimulatedInstall.SwapFolder, "new", Number(operation));
            Assert.Equal(operation.NewHash is null ? 0 : 1, reads.GetValueOrDefault(staged));
            var expected = (operation.OldHash is null ? 0 : 1) + (operation.NewHash is null ? 0 : 1);
            Assert.Equal(expected, reads.GetValueOrDefault("/app/" + operation.Path));
        }
    }

    [Theory]
    [InlineData("small")]
    [InlineData("small, links")]
    [InlineData("small, neither")]
    public void A_recovery_reads_no_more_than_a_swap_wherever_it_was_cut(string name)
    {
        var whole = Begin(name).Disk;
        var swap = Reads(whole);
        Apply(Stories.All[name], whole);
        foreach (var (step, left) in CutOff(name))
        {
            var reads = Reads(left);
            Assert.Equal(SwapState.Committed, Recover(name, left).State);
            Assert.True(Count(reads) <= Count(swap), $"{Count(reads)} readings where the swap needs {Count(swap)}, cut at step {step}");
        }
    }

    [Theory]
    [InlineData("small")]
    [InlineData("small, links")]
    [InlineData("small, neither")]
    public void A_recovery_reads_a_new_file_once_it_is_in_place_and_not_before(string name)
    {
        foreach (var (step, left) in CutOff(name))
        {
            var staged = Path.Join(SimulatedInstall.SwapFolder, "new", Slot(Stories.All[name], left, "lib/a"));
            var reads = Reads(left);
            Assert.Equal(SwapState.Committed, Recover(name, left).State);
            Assert.False(reads.ContainsKey(staged), $"cut at step {step}");
            Assert.InRange(reads["/app/lib/a"], 1, 2);
        }
    }

    [Theory]
    [InlineData("small")]
    [InlineData("small, links")]
    [InlineData("small, neither")]
    public void A_staged_file_that_changes_after_a_cut_does_not_stay_in_place(string name)
    {
        var left = CutOff(name).First().Left; // nothing of lib is new yet
        ChangeIt(left, Path.Join(SimulatedInstall.SwapFolder, "new", Slot(Stories.All[name], left, "lib/a")), Change.BytesAndTimeSetBack);
        var report = Recover(name, left);
        Assert.Equal(SwapState.Undone, report.State);
        Assert.Contains("/app/lib/a", report.Reason, StringComparison.Ordinal);
        Assert.Equal("a 1", SimulatedInstall.TextAt(left, "/app/lib/a"));
    }

    /// <summary>What a swap leaves, killed before each of its steps, where a recovery goes forward from it.</summary>
    private static IEnumerable<(int Step, SimulatedDisk Left)> CutOff(string name)
    {
        var story = Stories.All[name];
        for (var (last, isCut) = (1, true); isCut; last++)
        {
            var (disk, step) = (Begin(name).Disk, 0);
            isCut = false;
            disk.BeforeStep = what => _ = ++step >= last ? throw new CutException(what) : step;
            try
            {
                Apply(story, disk);
            }
            catch (CutException)
            {
                isCut = true;
            }

            var left = disk.AfterKill();
            if (isCut && story.Store(left).Find() is { State: SwapState.Applying })
                yield return (last, left);
        }
    }

    /// <summary>Of files that are replaced, removed or added: the entry and its gate are small.</summary>
    private static int Count(Dictionary<string, int> reads) =>
        reads.Where(read => read.Key.Contains("/lib/", StringComparison.Ordinal) || read.Key.Contains("/new/", StringComparison.Ordinal)
            || read.Key.Contains("/gone/", StringComparison.Ordinal) || read.Key.Contains("/more/", StringComparison.Ordinal)).Sum(read => read.Value);

    private static (SimulatedInstall Story, SimulatedDisk Disk) Begin(string name) => (Stories.All[name], Stories.All[name].Prepared());

    private static Dictionary<string, int> Reads(SimulatedDisk disk)
    {
        var reads = new Dictionary<string, int>();
        disk.OnRead = path => reads[path] = reads.GetValueOrDefault(path) + 1;
        return reads;
    }

    private static void Before(SimulatedDisk disk, string step, Action change) => disk.BeforeStep = what =>
    {
        if (!what.EndsWith(step, StringComparison.Ordinal))
            return;
        disk.BeforeStep = null;
        change();
    };

    private static void ChangeIt(SimulatedDisk disk, string path, Change change)
    {
        var before = disk.Stat(path)!;
        if (change == Change.OtherFileOfTheSameTime)
            SimulatedInstall.Write(disk, path, new TreeFile(His(change)));
        else
            disk.Overwrite(path, Encoding.UTF8.GetBytes(His(change)), change == Change.Bytes ? SimulatedInstall.Now : null);
        if (change == Change.OtherFileOfTheSameTime)
            disk.SetFacts(path, before.Mode, before.Modified);
    }

    /// <summary>As long as "a 1", but for one.</summary>
    private static string His(Change change) => change == Change.Length ? "his words" : "his";

    private static string Slot(SimulatedInstall story, SimulatedDisk disk, string path) => Number(
        new SwapFolder(disk, SimulatedInstall.SwapFolder).Read(story.Store(disk).Find()!.State).Operations.Single(operation => operation.Path.Value == path));

    private static string Number(SwapOperation operation) => operation.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static SwapReport Recover(string name, SimulatedDisk disk) =>
        Stories.All[name].Runner(disk).Recover(Stories.All[name].Store(disk).Find()!);

    private static SwapReport Apply(SimulatedInstall story, SimulatedDisk disk) => story.Runner(disk).Apply(story.Store(disk).Find()!);
}
