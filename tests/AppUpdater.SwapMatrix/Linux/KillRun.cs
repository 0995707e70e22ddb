using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>Runs one story: once to see its calls, then once for each of them, several at a time, each in a copy of the scene.</summary>
internal sealed class KillRun(KillStory story, string folder)
{
    private const int AtOnce = 3;
    private const int Tries = 3;

    private readonly ConcurrentDictionary<KillAt, bool> _met = [];

    internal async IAsyncEnumerable<MatrixCase> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var results = Channel.CreateUnbounded<MatrixCase>();
        var work = Task.Run(() => WorkAsync(results.Writer, ct), ct);
        await foreach (var tried in results.Reader.ReadAllAsync(ct))
            yield return tried;
        await work;
    }

    private async Task WorkAsync(ChannelWriter<MatrixCase> results, CancellationToken ct)
    {
        try
        {
            var template = new Scene(Path.Join(folder, "template"));
            await story.Prepare(template, ct);
            var whole = await template.CopyAsync(Path.Join(folder, "whole"), ct);
            var calls = await new Strace(whole).ListAsync(story.Command(whole), ct);
            if (story.IsByChance)
                calls = [.. calls.TakeWhile(call => !call.Paths.Any(path => path.EndsWith("journal-applying", StringComparison.Ordinal)))];
            var places = KillPlan.Of(calls, story.IsByChance).Where((_, index) => index % story.Stride == 0).ToImmutableArray();
            var atOnce = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
            await Parallel.ForAsync(0, places.Length, atOnce, async (index, stop) =>
            {
                if (await TryAsync(template, places[index], index, stop) is { } tried)
                    results.TryWrite(tried);
            });
            Account(calls, places.Length, results);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UpdateException or TimeoutException or UnauthorizedAccessException)
        {
            results.TryWrite(new MatrixCase(story.Step, "set up", e.Message));
        }
        finally
        {
            results.Complete();
        }
    }

    /// <summary>Null where chance led it past the call: nothing was killed, and that is no case.</summary>
    private async Task<MatrixCase?> TryAsync(Scene template, KillAt at, int number, CancellationToken ct)
    {
        for (var left = story.IsByChance ? 1 : Tries; left > 0; left--)
        {
            if (await TryOnceAsync(template, at, Path.Join(folder, $"case {number}, {left}"), byEntry: number % 2 == 0, ct) is { } tried)
                return tried;
        }

        return null;
    }

    private async Task<MatrixCase?> TryOnceAsync(Scene template, KillAt at, string copy, bool byEntry, CancellationToken ct)
    {
        var cut = $"killed at {at.Name}";
        string? failure;
        var isMet = false;
        try
        {
            var scene = await template.CopyAsync(copy, ct);
            var met = await new Strace(scene).KillAsync(at, story.Command(scene), ct);
            isMet = met is not null;
            failure = met is var (_, place) ? await ProblemAsync(template, scene, at with { Number = place }, byEntry, ct) : null;
        }
        catch (Exception e) when (e is IOException or UpdateException or TimeoutException or UnauthorizedAccessException or InvalidOperationException)
        {
            (failure, isMet) = ($"{e.GetType().Name}: {e.Message}", true);
        }

        if (failure is null)
            Directory.Delete(copy, recursive: true);
        return !isMet ? null : new MatrixCase(story.Step, cut, failure is null ? null : $"{at}: {failure.ReplaceLineEndings(" ")} Kept in {copy}.");
    }

    private async Task<string?> ProblemAsync(Scene template, Scene scene, KillAt met, bool byEntry, CancellationToken ct)
    {
        _met[met] = true;
        var problem = await new AfterCut(scene, story.IsExact, story.Old, story.New).ProblemAsync(byEntry, story.End, ct);
        return problem is null && story.IsUndoing && FailedRuns(template) < FailedRuns(scene) ? "the version that was being undone ran again" : problem;
    }

    private int FailedRuns(Scene scene) => scene.Runs!.Count(run => run.StartsWith(story.New.Report + " ", StringComparison.Ordinal));

    /// <summary>
    /// A call that no case has met was not tried, and the table must not look as if it were. A few are not: the runtime gives the work to
    /// now one thread and now another, and strace counts the calls of each by itself.
    /// </summary>
    private void Account(ImmutableArray<Call> calls, int places, ChannelWriter<MatrixCase> results)
    {
        var missed = KillPlan.Missed(calls, _met.Keys.ToHashSet(), story.IsByChance).ToArray();
        var thinned = story.Stride == 1 ? "" : $", one in {story.Stride} tried";
        Console.WriteLine($"{story.Step}: {calls.Length} calls{thinned}, {calls.Length - missed.Length} met");
        if (_met.Count < places - (places / 4) && !story.IsByChance)
            results.TryWrite(new MatrixCase(story.Step, "each call met", $"more than a quarter not met: {string.Join<KillAt>("; ", missed)}"));
    }
}
