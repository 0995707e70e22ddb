using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>What came of a job, for people. Pure.</summary>
internal sealed class MirrorSummary(Texts texts)
{
    private const int MostFailures = 10;

    internal IEnumerable<string> Of(MirrorOutcome outcome)
    {
        var tally = outcome.Tally;
        foreach (var action in outcome.Plan?.Actions ?? [])
            yield return Line(action);
        yield return texts.Format(
            outcome.Plan is null ? "Done" : "Plan", outcome.Job.Title, tally.New, tally.Updated, tally.Unchanged, tally.Removed, tally.Skipped, tally.Duplicates,
            tally.Failures.Length, ByteCount.Show(tally.Bytes), Show(outcome.Elapsed));
        if (tally.Waiting > 0)
            yield return texts.Format("StillWaiting", tally.Waiting);
        foreach (var note in tally.Notes)
            yield return texts.Format("Note", Reasons.Of(note));
        foreach (var failure in tally.Failures.Take(MostFailures))
            yield return texts.Format("Failed", failure.Path?.Value ?? ".", Reasons.Of(failure.Wording));
        if (tally.Failures.Length > MostFailures)
            yield return texts.Format("MoreFailed", tally.Failures.Length - MostFailures);
    }

    /// <summary>A span as a person reads it, in its two largest units.</summary>
    internal static string Show(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };

    private string Line(MirrorAction action) => action.Kind is MirrorActionKind.CreateFolder or MirrorActionKind.RemoveFolder
        ? $"{texts[$"Plan.{action.Kind}"]} {action.Path}/"
        : $"{texts[$"Plan.{action.Kind}"]} {action.Path} ({ByteCount.Show(action.Bytes)})";
}
