using System.Text.Json.Serialization;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Mirroring.Scheduling;

// What mirror status --json prints. Scripts read it: members are added, never renamed.

/// <summary>InCycles: a process runs it again and again. AtWork: a cycle runs just now. Null: this account can't tell.</summary>
internal sealed record KnownMirrorResult(
    string Id, string? Direction, string? Server, string? Job, bool? InCycles, bool? AtWork, int? ProcessId,
    DateTimeOffset? LastStart, DateTimeOffset? LastEnd, DateTimeOffset? LastComplete, DateTimeOffset? LastSuccess, DateTimeOffset? NextRun,
    int FailedInARow, CycleResult? LastResult, string? Problem)
{
    internal static KnownMirrorResult Of(KnownMirror mirror) => new(
        mirror.Id, mirror.Status?.Direction, mirror.Status?.Server, mirror.Status?.Job, mirror.IsInCycles, mirror.IsAtWork, mirror.Status?.ProcessId,
        mirror.Status?.LastStart, mirror.Status?.LastEnd, mirror.Status?.LastComplete, mirror.Status?.LastSuccess, mirror.Status?.NextRun,
        mirror.Status?.Failing.Cycles ?? 0, Plain(mirror.Status?.LastResult), mirror.Problem);

    /// <summary>Reasons in English alone.</summary>
    private static CycleResult? Plain(CycleResult? result) =>
        result is null ? null : result with
        {
            Failures = [.. result.Failures.Select(failure => failure with { Spanish = null })],
            HeldBackWhy = result.HeldBackWhy is { } why ? why with { Spanish = null } : null,
        };
}

internal sealed record MirrorStatusResult(string Directory, long? FreeBytes, IReadOnlyList<KnownMirrorResult> Mirrors)
{
    internal static MirrorStatusResult Of(KnownMirrors known) => new(known.Directory, known.Free, [.. known.Mirrors.Select(KnownMirrorResult.Of)]);
}

/// <summary>Of all folders that a mirror.ini names.</summary>
internal sealed record MirrorStatusResults(IReadOnlyList<MirrorStatusResult> Folders);

[JsonSerializable(typeof(MirrorStatusResult))]
[JsonSerializable(typeof(MirrorStatusResults))]
internal sealed partial class MirrorStatusJson : JsonSerializerContext
{
    internal static MirrorStatusJson Readable { get; } = new(CliJson.NewOptions());
}
