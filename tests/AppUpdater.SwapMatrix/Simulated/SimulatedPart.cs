using System.Runtime.CompilerServices;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.SwapMatrix.Simulated;

/// <summary>
/// The swap on a disk that loses what was not flushed: ended at every step, with every loss that is legal there while they are few,
/// and a sample where they are many.
/// </summary>
internal sealed class SimulatedPart : IMatrixPart
{
    public string Name => "simulated";

    public string Platform => "simulated disk";

    public string? Missing => null;

    public async IAsyncEnumerable<MatrixCase> RunAsync(MatrixOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (step, story, start, chapters) in Plays().Where(play => options.Takes(play.Step)))
        {
            var matrix = new CutMatrix(story, story.New.Count > 5 ? CutBounds.Long : CutBounds.Usual);
            var failure = await Task.Run(() => Play(matrix, start, chapters), ct);
            for (var number = 0; number < matrix.Kills; number++)
                yield return new MatrixCase(step, "killed at each step", null);
            for (var number = matrix.Kills; number < matrix.Cases - (failure is null ? 0 : 1); number++)
                yield return new MatrixCase(step, "power cut at each step, what was not flushed lost", null);
            if (failure is not null)
                yield return new MatrixCase(step, failure.Contains("killed:", StringComparison.Ordinal) ? "killed at each step" : "power cut at each step, what was not flushed lost", failure);
        }
    }

    private static string? Play(CutMatrix matrix, SimulatedDisk start, Chapter[] chapters)
    {
        try
        {
            return matrix.Play(start, chapters);
        }
        catch (UpdateException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<(string Step, SimulatedInstall Story, SimulatedDisk Start, Chapter[] Chapters)> Plays()
    {
        foreach (var story in Stories.All.Values)
        {
            yield return ("prepare, apply, confirm, clear", story, story.Start(), Plots.ToTheEnd(story));
            yield return ("apply, undo, clear", story, story.Prepared(), Plots.AndBack(story));
        }

        var small = Stories.Small;
        yield return ("drop a pending swap", small, small.Prepared(), Plots.Dropped(small));
        foreach (var chapters in Plots.EndedBeforeTheFlush(small))
            yield return ("go on after a process ended before its flush", small, small.Start(), chapters);
        var stuck = small.Prepared();
        stuck.Traits = small.Traits with { Stuck = new HashSet<string> { "/app/lib/a" } };
        yield return ("apply that can't be finished, and goes back", small, stuck, Plots.Fails(small));
        foreach (var edited in new[] { "lib/a", "app", "more/deep/n" })
            yield return ("undo over what the user wrote since", small, small.Prepared(), Plots.EditedAndBack(small, edited));
    }
}
