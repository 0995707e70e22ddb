using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Cli.Output;

// What --json prints. Scripts read it: members are added, never renamed.

internal sealed record ErrorResult(ErrorDetail Error);

internal sealed record ErrorDetail(int Code, string Message);

internal sealed record ChangeResult(string Kind, string Path, long Bytes);

internal sealed record DiskResult(string Volume, long Bytes);

internal sealed record PlanResult(
    bool UpdateAvailable, string? From, string? To, bool Mandatory,
    IReadOnlyList<ChangeResult> Changes, long BytesToFetch, IReadOnlyList<DiskResult> PeakDisk, IReadOnlyList<string> Remarks,
    string? Notes)
{
    internal static PlanResult None(string? installed) => new(false, installed, null, false, [], 0, [], [], null);

    internal static PlanResult Of(UpdatePlan plan) => new(
        true,
        plan.From?.ToString(),
        plan.To.ToString(),
        plan.IsMandatory,
        [.. plan.Changes.Select(change => new ChangeResult(Word(change.Kind), change.Path.Value, change.Bytes))],
        plan.BytesToFetch,
        [.. plan.PeakDisk.Select(need => new DiskResult(need.Volume, need.Bytes))],
        plan.Remarks,
        plan.Notes);

    private static string Word(ChangeKind kind) => kind switch
    {
        ChangeKind.Add => "add",
        ChangeKind.Change => "change",
        _ => "remove",
    };
}

/// <summary>Result: upToDate, or a <see cref="SwapResult"/>.</summary>
internal sealed record SwapVerbResult(string Result, string? From, string? To, long BytesFetched, string? Backup, string? Reason)
{
    internal static string Word(SwapResult result) => result switch
    {
        SwapResult.Pending => "pending",
        SwapResult.Committed => "committed",
        SwapResult.Confirmed => "confirmed",
        SwapResult.Blocked => "blocked",
        _ => "undone",
    };
}

internal sealed record LastSwapResult(
    string Result, string From, string To, string? Reason, DateTimeOffset At, DateTimeOffset? Applied, int Starts, IReadOnlyList<string> KeptFiles)
{
    internal static LastSwapResult Of(SwapOutcome swap) =>
        new(SwapVerbResult.Word(swap.Result), swap.From, swap.To, swap.Reason, swap.At, swap.Applied, swap.Starts, swap.KeptFiles);
}

internal sealed record StatusResult(
    string App, string? Version, int Files, string? Pending, string? OnProbation,
    IReadOnlyList<string> Backups, IReadOnlyList<string> Refused, LastSwapResult? LastSwap, IReadOnlyList<LastSwapResult> EarlierSwaps)
{
    internal static StatusResult Of(InstallStatus status) => new(
        status.App,
        status.Version?.ToString(),
        status.Files,
        status.Pending,
        status.OnProbation,
        status.Backups,
        status.Refused,
        status.LastSwap is { } last ? LastSwapResult.Of(last) : null,
        [.. status.EarlierSwaps.Select(LastSwapResult.Of)]);
}

/// <summary>Mark: good, note or wrong.</summary>
internal sealed record FindingResult(string Mark, string Subject, string What, string? Advice);

internal sealed record TimingResult(string Step, double Milliseconds);

/// <summary>Failure: what ended the examination, with its exit code; null where nothing did. Complete: whether all could be found out.</summary>
internal sealed record DoctorResult(
    string Place, bool Complete, ErrorDetail? Failure, IReadOnlyList<FindingResult> Findings, IReadOnlyList<TimingResult> Timings,
    IReadOnlyList<string> Settings)
{
    internal static DoctorResult Of(DoctorReport report) => new(
        report.Place,
        report is { IsPartial: false, Failure: null },
        report.Failure is { } failure ? new ErrorDetail(ExitCodes.For(failure), failure.Message) : null,
        [.. report.Findings.Select(finding => new FindingResult(Word(finding.Mark), finding.Subject, finding.What, finding.Advice))],
        [.. report.Timings.Select(timing => new TimingResult(timing.Step, Math.Round(timing.Took.TotalMilliseconds, 1)))],
        report.Settings);

    private static string Word(DoctorMark mark) => mark switch
    {
        DoctorMark.Good => "good",
        DoctorMark.Wrong => "wrong",
        _ => "note",
    };
}
