using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>Cycles in a row that failed, and whether somebody was told.</summary>
internal readonly record struct FailureSeries(int Cycles, bool IsAlerted)
{
    internal FailureSeries And(bool hasFailed) => hasFailed ? this with { Cycles = Cycles + 1 } : default;

    internal bool IsDue(int alertAfter) => Cycles >= alertAfter && !IsAlerted;

    internal FailureSeries Alerted(int alertAfter) => this with { IsAlerted = IsAlerted || Cycles >= alertAfter };
}

/// <summary>A file or folder that failed; the path is null for the whole run.</summary>
internal sealed record StatusFailure(string? Path, string Reason)
{
    /// <summary>The reason for who reads Spanish; null: not known. Scripts have <see cref="Reason"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Spanish { get; init; }

    /// <summary>The reason for people.</summary>
    [JsonIgnore]
    internal string Shown => Reasons.IsSpanish && Spanish is { } spanish ? spanish : Reason;

    internal static StatusFailure Of(string? path, Wording reason) =>
        new(path, MirrorStatus.Short(reason.ToString())) { Spanish = MirrorStatus.Short(Reasons.InSpanish(reason)) };
}

/// <summary>What a cycle came to. <see cref="Failed"/> counts all; <see cref="Failures"/> are the first of them.</summary>
internal sealed record CycleResult(
    int Transferred, int Removed, int Unchanged, int Skipped, int Failed, long Bytes, double Seconds, ImmutableArray<StatusFailure> Failures)
{
    /// <summary>Files that were to be removed and stay, see <see cref="MirrorReport.HeldBack"/>.</summary>
    public int HeldBack { get; init; }

    /// <summary>Why they stay.</summary>
    public StatusFailure? HeldBackWhy { get; init; }

    /// <summary>What somebody should hear of first.</summary>
    [JsonIgnore]
    internal StatusFailure? First => Failures is [var first, ..] ? first : HeldBackWhy;
}

/// <summary>
/// What is known of a mirror's cycles, also after a restart. A cycle is complete once it went through, whatever files failed in it, and a
/// success where none did and no removal was held back. Losing this costs one cycle.
/// </summary>
internal sealed record MirrorStatus
{
    internal const int CurrentFormat = 1;
    internal const int MostFailures = 20;
    private const int LongestReason = 500;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>As the mirror's state is called, see <see cref="MirrorPlace"/>.</summary>
    public required string Id { get; init; }

    public required string Pair { get; init; }

    /// <summary>pull or push.</summary>
    public required string Direction { get; init; }

    /// <summary>Without user and password.</summary>
    public required string Server { get; init; }

    public string? Job { get; init; }

    public int ProcessId { get; init; }

    public DateTimeOffset? LastStart { get; init; }

    /// <summary>Of a cycle that came to an end, good or bad; earlier than <see cref="LastStart"/> where the last one was cut off.</summary>
    public DateTimeOffset? LastEnd { get; init; }

    public DateTimeOffset? LastComplete { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    public DateTimeOffset? NextRun { get; init; }

    public CycleResult? LastResult { get; init; }

    /// <summary>Cycles in which anything failed.</summary>
    public FailureSeries Failing { get; init; }

    /// <summary>Cycles that were not complete.</summary>
    public FailureSeries Unfinished { get; init; }

    /// <summary>The last cycle was begun and never ended, or failed: the next one is owed, whatever the timetable says.</summary>
    [JsonIgnore]
    internal bool IsOwed => Unfinished.Cycles > 0 || (LastStart is { } start && (LastEnd is not { } end || end < start));

    internal MirrorStatus Began(DateTimeOffset now) => this with { LastStart = now, NextRun = null, ProcessId = Environment.ProcessId };

    internal MirrorStatus Ended(MirrorReport report, DateTimeOffset now)
    {
        var isComplete = !CycleFailures.IsLost(report);
        var isSuccess = report is { Failures.IsEmpty: true, HeldBack: 0 };
        return this with
        {
            LastEnd = now,
            LastComplete = isComplete ? now : LastComplete,
            LastSuccess = isSuccess ? now : LastSuccess,
            LastResult = Result(report),
            Failing = Failing.And(!isSuccess),
            Unfinished = Unfinished.And(!isComplete),
        };
    }

    internal MirrorStatus Failed(Wording reason, DateTimeOffset now) => this with
    {
        LastEnd = now,
        LastResult = new CycleResult(0, 0, 0, 0, 1, 0, Seconds(now), [StatusFailure.Of(null, reason)]),
        Failing = Failing.And(hasFailed: true),
        Unfinished = Unfinished.And(hasFailed: true),
    };

    /// <summary>Whether enough cycles failed in a row that somebody should be told, and nobody was.</summary>
    internal bool IsAlertDue(int alertAfter) => Failing.IsDue(alertAfter) || Unfinished.IsDue(alertAfter);

    internal MirrorStatus Alerted(int alertAfter) => this with { Failing = Failing.Alerted(alertAfter), Unfinished = Unfinished.Alerted(alertAfter) };

    /// <summary>Safe to show and to hand to a program: one clean line, of bounded length.</summary>
    internal static string Short(string text) => ShownText.Clean(text.Length > LongestReason ? text[..LongestReason] + "..." : text);

    private double Seconds(DateTimeOffset now) => LastStart is { } start && start < now ? Math.Round((now - start).TotalSeconds, 1) : 0;

    private static CycleResult Result(MirrorReport report) => new(
        report.Transferred,
        report.Removed,
        report.Unchanged,
        report.Skipped,
        report.Failures.Length,
        report.Bytes,
        Math.Round(report.Elapsed.TotalSeconds, 1),
        [.. report.Failures.Take(MostFailures).Select(failure => StatusFailure.Of(failure.Path?.Value, failure.Wording))])
    {
        HeldBack = report.HeldBack,
        HeldBackWhy = report is { HeldBack: > 0, Left: [var note, ..] } ? StatusFailure.Of(null, note) : null,
    };
}
