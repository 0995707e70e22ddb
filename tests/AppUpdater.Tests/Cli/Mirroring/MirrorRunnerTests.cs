using AppUpdater.Cli.Mirroring;
using AppUpdater.Mirroring;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>What listeners hear of runs, and what is counted.</summary>
public sealed class MirrorRunnerTests
{
    private readonly List<string> _heard = [];
    private readonly MirrorTally _tally = new();

    [Fact]
    public async Task A_run_is_planned_happens_and_ends()
    {
        await using var mirror = new ScriptedMirror { Plans = [Plan(Create("a"), Update("b"))], Failing = "b" };
        await Runner(mirror).RunAsync(CancellationToken.None);
        Assert.Equal(["planned 2", "a True", "b False", "ended 1"], _heard);
        Assert.Equal((1, 0, 1), (_tally.New, _tally.Updated, _tally.Failures.Length));
    }

    [Fact]
    public async Task Whatever_ends_a_run_is_told_once_and_goes_on()
    {
        await using var mirror = new ScriptedMirror { Plans = [] };
        await Assert.ThrowsAsync<InvalidOperationException>(() => Runner(mirror).RunAsync(CancellationToken.None));
        await using var breaking = new ScriptedMirror { Plans = [Plan(Create("a"))], Breaks = new UnreachableException("gone") };
        await Assert.ThrowsAsync<UnreachableException>(() => Runner(breaking).RunUntilSettledAsync(TimeSpan.Zero, TimeProvider.System, _ => { }, CancellationToken.None));
        Assert.Equal(["failed InvalidOperationException", "planned 1", "failed UnreachableException"], _heard);
    }

    [Fact]
    public async Task Waiting_for_files_plans_again_and_counts_over_all_plans()
    {
        await using var mirror = new ScriptedMirror
        {
            Plans = [Plan(2, 0), Plan(1, 5, Create("a"), Update("b")), Plan(1, 7), Plan(0, 7, Create("c"))],
        };
        var waits = new List<int>();
        await Runner(mirror).RunUntilSettledAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, waits.Add, CancellationToken.None);
        Assert.Equal([2, 1, 1], waits);
        Assert.Equal(["planned 2", "a True", "b True", "ended 2", "planned 1", "c True", "ended 1"], _heard);
        Assert.Equal((2, 1, 5, 0), (_tally.New, _tally.Updated, _tally.Unchanged, _tally.Waiting));
    }

    [Fact]
    public async Task A_file_that_never_settles_does_not_hold_a_run_for_ever()
    {
        await using var mirror = new ScriptedMirror { Plans = [.. Enumerable.Range(0, 20).Select(_ => Plan(1, 0))] };
        var waits = new List<int>();
        await Runner(mirror).RunUntilSettledAsync(TimeSpan.Zero, TimeProvider.System, waits.Add, CancellationToken.None);
        Assert.Equal(9, waits.Count);
        Assert.Equal(["planned 0", "ended 0"], _heard);
        Assert.Equal(1, _tally.Waiting);
    }

    [Theory]
    [InlineData(new[] { 0, 0 }, 0)]
    [InlineData(new[] { 0, 8 }, 8)]
    [InlineData(new[] { 8, 4, 0 }, 4)]
    [InlineData(new[] { 6, 4, 8 }, 6)]
    [InlineData(new[] { 3, 6 }, 3)]
    [InlineData(new[] { 5, 3 }, 5)]
    public void One_code_tells_of_the_worst(int[] codes, int worst) => Assert.Equal(worst, MirrorOutcome.Worst(codes.Select(code => Outcome(code).Code)));

    private static MirrorOutcome Outcome(int code)
    {
        var tally = new MirrorTally();
        if (code == 8)
            tally.Ended(Report(0, new MirrorFailure(null, "x")));
        return new MirrorOutcome(new MirrorJob(null, MirrorDirection.Pull, Options("ftp://host/", "/here")), tally, TimeSpan.Zero)
        {
            Failure = code switch
            {
                3 => new SettingsException("x"), 4 => new UnreachableException("x"), 5 => new UntrustedException("x"), 6 => new InstallException("x"), _ => null,
            },
        };
    }

    private static MirrorPlan Plan(params MirrorAction[] actions) => Plan(0, 0, actions);

    private static MirrorPlan Plan(int unsettled, int unchanged, params MirrorAction[] actions) => new([.. actions], unchanged, unsettled) { Unsettled = unsettled };

    private static MirrorAction Create(string path) => new(MirrorActionKind.Create, P(path), 1, "x");

    private static MirrorAction Update(string path) => new(MirrorActionKind.Update, P(path), 1, "x");

    private static MirrorReport Report(int transferred, params MirrorFailure[] failures) => new()
    {
        Transferred = transferred, Removed = 0, Unchanged = 0, Skipped = 0, Bytes = 0, Elapsed = TimeSpan.Zero, Failures = [.. failures],
    };

    private MirrorRunner Runner(ScriptedMirror mirror) => new(mirror, new MirrorFanOut([_tally, new Heard(_heard)]));

    private sealed class ScriptedMirror : IMirror
    {
        private int _next;

        internal required IReadOnlyList<MirrorPlan> Plans { get; init; }

        internal string? Failing { get; init; }

        internal Exception? Breaks { get; init; }

        public Task<MirrorPlan> PlanAsync(CancellationToken ct) =>
            _next < Plans.Count ? Task.FromResult(Plans[_next++]) : Task.FromException<MirrorPlan>(new InvalidOperationException("No plan."));

        public Task<MirrorReport> ExecuteAsync(MirrorPlan plan, IProgress<MirrorEvent>? progress, CancellationToken ct)
        {
            if (Breaks is not null)
                return Task.FromException<MirrorReport>(Breaks);
            foreach (var action in plan.Actions)
                progress!.Report(new MirrorEvent(MirrorEventKind.FileDone, action.Path, DateTimeOffset.UnixEpoch, 1, action.Path.Value != Failing, "x"));
            MirrorFailure[] failures = [.. plan.Actions.Where(action => action.Path.Value == Failing).Select(action => new MirrorFailure(action.Path, "x"))];
            return Task.FromResult(Report(plan.Actions.Length - failures.Length, failures) with { Unchanged = plan.Unchanged });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Heard(List<string> heard) : IMirrorListener
    {
        public void Planned(MirrorPlan plan) => heard.Add($"planned {plan.Actions.Length}");

        public void Happened(MirrorEvent happened) => heard.Add($"{happened.Path} {happened.IsSuccess}");

        public void Ended(MirrorReport report) => heard.Add($"ended {report.Transferred}");

        public void Failed(Exception failure) => heard.Add($"failed {failure.GetType().Name}");
    }
}
