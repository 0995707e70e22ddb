using System.Globalization;
using AppUpdater.Tests.Core.Simulation;
using Xunit.Abstractions;

namespace AppUpdater.Tests.Core;

/// <summary>Every flush is there for a reason: without it a cut breaks something, or the reason is written down here.</summary>
public sealed class SwapFlushTests(ITestOutputHelper output)
{
    private const string Recovery = "Recover";
    private static readonly CutBounds Bounds = new(Outcomes: 8, RecoveryOutcomes: 3, RecoveryStride: 1000);
    private static readonly CutBounds RecoveryBounds = new(Outcomes: 2, RecoveryOutcomes: 3, RecoveryStride: 1000);

    /// <summary>Flushes whose absence no legal loss shows, and why they stay.</summary>
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["Apply, Prepared: folder <swap> #1"] =
            "The amended journal: the transition to applying renames the same file and flushes the same folder. Part of AtomicFile.",
        ["Recover, Committed: folder <swap> #1"] =
            "Found applying again, it is finished again. But the app is started next, and what it writes must not meet a swap that goes on.",
        ["Recover, Undone: folder <swap> #1"] = "As the one before, with the old version.",
        ["Undo, Undone: folder <swap> #1"] = "As the one before.",
    };

    public static TheoryData<string> Flushes()
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var verb in new[] { "", Recovery })
        {
            var bounds = new CutBounds(Outcomes: 1, RecoveryOutcomes: 1, RecoveryStride: verb == Recovery ? 3 : 1000);
            foreach (var (story, start, chapters) in Plays(verb))
            {
                var matrix = new CutMatrix(story, bounds)
                {
                    AllowFlush = key => (key.StartsWith(Recovery, StringComparison.Ordinal) == (verb == Recovery) && keys.Add(key)) || true,
                };
                matrix.Play(start, chapters);
            }
        }

        return [.. keys];
    }

    [Fact]
    public void With_all_of_them_nothing_breaks()
    {
        foreach (var (story, start, chapters) in Plays(""))
            Assert.Null(new CutMatrix(story, Bounds).Play(start, chapters));
    }

    [Theory]
    [MemberData(nameof(Flushes))]
    public void Without_it_a_cut_breaks_something(string flush)
    {
        var isRecovery = flush.StartsWith(Recovery, StringComparison.Ordinal);
        var cases = 0;
        string? failure = null;
        foreach (var (story, start, chapters) in Plays(flush))
        {
            var matrix = new CutMatrix(story, isRecovery ? RecoveryBounds : Bounds)
            {
                AllowFlush = key => key != flush,
                DeepAfterKill = isRecovery,
            };
            failure = matrix.Play(start, chapters);
            cases += matrix.Cases;
            if (failure is not null)
                break;
        }

        output.WriteLine($"{flush}: {cases} cases: {failure ?? "nothing breaks"}");
        Assert.True(failure is null == Reasons.ContainsKey(flush), failure ?? "Nothing breaks without it: it can go, or needs its reason listed.");
    }

    /// <summary>
    /// Nothing but the change of case flushes that folder behind its files. (Where a volume has neither links nor exchange, no loss that
    /// is tried breaks anything without it.)
    /// </summary>
    [Theory]
    [InlineData("recased")]
    [InlineData("recased, links")]
    public void Without_the_flush_behind_changes_of_case_a_cut_breaks_something(string name)
    {
        const string Last = "Apply, Applying: folder <app>/bin #";
        var story = Stories.All[name];
        var flushes = new List<string>();
        bool Note(string key)
        {
            if (key.StartsWith(Last, StringComparison.Ordinal))
                flushes.Add(key);
            return true;
        }

        Chapter[] chapters = [Plots.Apply(story)];
        Assert.Null(new CutMatrix(story, Bounds) { AllowFlush = Note }.Play(story.Prepared(), chapters));
        var last = flushes.MaxBy(key => int.Parse(key.AsSpan(key.LastIndexOf('#') + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        Assert.NotNull(new CutMatrix(story, Bounds) { AllowFlush = key => key != last }.Play(story.Prepared(), chapters));
    }

    /// <summary>Recoveries are tried by the dozen for each cut, so fewer stories must do for them.</summary>
    private static IEnumerable<(SimulatedInstall Story, SimulatedDisk Start, Chapter[] Chapters)> Plays(string flush)
    {
        var small = Stories.Small;
        yield return (small, small.Prepared(), Plots.EditedAndBack(small, "lib/a"));
        yield return (small, small.Prepared(), Plots.EditedAndBack(small, "app"));
        var isRecovery = flush.StartsWith(Recovery, StringComparison.Ordinal);
        string[] names = ["small", "small, links", "small, neither", "same entry", .. isRecovery ? Array.Empty<string>() : ["fresh", "edited"]];
        foreach (var name in names)
        {
            var story = Stories.All[name];
            yield return (story, story.Prepared(), Plots.AndBack(story));
            if (isRecovery)
                continue;
            yield return (story, story.Start(), Plots.ToTheEnd(story));
            yield return (story, story.Prepared(), Plots.Dropped(story));
        }

        if (isRecovery)
            yield break;
        foreach (var chapters in Plots.EndedBeforeTheFlush(small))
            yield return (small, small.Start(), chapters);
    }
}
