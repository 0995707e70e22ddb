using System.Globalization;
using System.Text;

namespace AppUpdater.Planning;

/// <summary>A plan as text: the same plan gives the same lines everywhere.</summary>
internal static class PlanPrinter
{
    internal static string Print(UpdatePlan plan)
    {
        var text = new StringBuilder();
        Line(text, $"{plan.Release.Version.App} {plan.From?.ToNormalizedString() ?? "(none)"} → {plan.To.ToNormalizedString()}");
        foreach (var change in plan.Changes)
            Line(text, $"{Sign(change.Kind)} {change.Path}  {change.Bytes:N0}");
        foreach (var folder in plan.Steps.FoldersToCreate)
            Line(text, $"+ {folder}/");
        foreach (var change in plan.Steps.CaseChanges)
            Line(text, $"~ {change.From} → {change.To}");
        Line(text, $"{Count(plan, ChangeKind.Add)} added, {Count(plan, ChangeKind.Change)} changed, {Count(plan, ChangeKind.Remove)} removed");
        Line(text, $"{plan.BytesToFetch:N0} bytes to fetch");
        foreach (var need in plan.PeakDisk)
            Line(text, $"{need.Bytes:N0} bytes of disk at the peak on {need.Volume}");
        if (plan.IsMandatory)
            Line(text, $"! every install below {plan.Release.Version.Minimum} must update");
        foreach (var remark in plan.Remarks)
            Line(text, $"! {remark}");
        return text.ToString();
    }

    private static char Sign(ChangeKind kind) => kind switch
    {
        ChangeKind.Add => '+',
        ChangeKind.Change => '~',
        _ => '-',
    };

    private static int Count(UpdatePlan plan, ChangeKind kind) => plan.Changes.Count(change => change.Kind == kind);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
