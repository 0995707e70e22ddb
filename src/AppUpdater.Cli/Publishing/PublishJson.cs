using System.Text.Json.Serialization;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Publishing;

// What --json prints. Scripts read it: members are added, never renamed.

internal sealed record UpdateSizeResult(string From, long Bytes);

internal sealed record PublishResult(
    string Version, string Channel, bool Changed, long? Sequence, string Folder, int Files, long TotalBytes, long SentBytes, long FreshInstallBytes,
    IReadOnlyList<UpdateSizeResult> Updates)
{
    internal static PublishResult Of(PublishOutcome outcome) => new(
        outcome.Version.ToFullString(), outcome.Channel, outcome.Sequence is not null, outcome.Sequence, outcome.Folder, outcome.Files, outcome.TotalBytes,
        outcome.SentBytes, outcome.FreshBytes, [.. outcome.Updates.Select(update => new UpdateSizeResult(update.From.ToFullString(), update.Bytes))]);
}

internal sealed record KeygenResult(string Key, string PublicKey, string KeyId, string RecoveryKey, string RecoveryPublicKey, string RecoveryKeyId);

/// <summary>Ids, as keygen tells them.</summary>
internal sealed record RotationResult(bool Changed, int Number, int Threshold, IReadOnlyList<string> Keys, IReadOnlyList<string> Recovery)
{
    internal static RotationResult Of(RotationOutcome outcome) => new(
        outcome.Changed, outcome.Set.Number, outcome.Set.Threshold, [.. outcome.Set.Keys.Select(key => key.Id)], [.. outcome.Set.Recovery.Select(key => key.Id)]);
}

internal sealed record PointerResult(string Channel, string Version, long Sequence, int Rollout, DateTimeOffset? Expires)
{
    internal static PointerResult Of(PointerEdit edit) => new(edit.Channel, edit.Version.ToFullString(), edit.Sequence, edit.Rollout, edit.Expires);

    internal static PointerResult Of(LivePointer pointer) =>
        new(pointer.Channel, pointer.Version.Version.ToFullString(), pointer.Version.Sequence ?? 0, pointer.Version.Rollout, pointer.Version.Expires);
}

internal sealed record ReleaseFileResult(string Path, long Bytes, string Sha256);

/// <summary>Files and Notes: null in a list.</summary>
internal sealed record ReleaseResult(
    string Version, string Platform, DateTimeOffset Published, bool Withdrawn, bool Whole, long TotalBytes, long FreshInstallBytes, IReadOnlyList<PointerResult> Channels,
    IReadOnlyList<ReleaseFileResult>? Files, string? Notes)
{
    internal static ReleaseResult Of(EarlierRelease release, ServerState state, bool all) => new(
        release.Listed.Version.ToFullString(),
        release.Listed.Platform,
        release.Listed.Published,
        release.Listed.IsWithdrawn,
        release.IsWhole,
        release.Manifest.Files.Sum(file => file.Size),
        UpdateSize.Fresh(release.Manifest),
        [.. state.Pointers.Where(pointer => pointer.Manifest == release.Listed.Manifest).Select(PointerResult.Of)],
        all ? [.. release.Manifest.Files.Select(file => new ReleaseFileResult(file.Path.Value, file.Size, file.Hash.Hex))] : null,
        all ? release.Manifest.Notes : null);
}

internal sealed record PruneResult(IReadOnlyList<string> Dropped, IReadOnlyList<string> Files, long Bytes, IReadOnlyList<string> WithinGrace)
{
    internal static PruneResult Of(PruneOutcome outcome) => new(
        [.. outcome.Dropped.Select(release => release.Version.ToFullString())], [.. outcome.Files.Select(file => file.Value)], outcome.Bytes,
        [.. outcome.Waiting.Select(file => file.Value)]);
}

internal sealed record ServerCheckResult(int Pointers, int Releases, int Packs, long Bytes, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings, int Keys)
{
    internal static ServerCheckResult Of(ServerCheckReport report) =>
        new(report.Pointers, report.Releases, report.Packs, report.Bytes, report.Problems, report.Warnings, report.Keys);
}

internal sealed record PlainResult(string Version, bool Changed, IReadOnlyList<string> Sent, long SentBytes, IReadOnlyList<string> Removed)
{
    internal static PlainResult Of(PlainOutcome outcome, PlainRequest request) => new(
        request.Version.ToFullString(), !request.IsDryRun, [.. outcome.Sent.Select(file => file.Path.Value)], outcome.Sent.Sum(file => file.Size),
        [.. outcome.Removed.Select(file => file.Value)]);
}

[JsonSerializable(typeof(PublishResult))]
[JsonSerializable(typeof(PlainResult))]
[JsonSerializable(typeof(PointerResult[]))]
[JsonSerializable(typeof(ReleaseResult[]))]
[JsonSerializable(typeof(PruneResult))]
[JsonSerializable(typeof(ServerCheckResult))]
[JsonSerializable(typeof(KeygenResult))]
[JsonSerializable(typeof(RotationResult))]
internal sealed partial class PublishJson : JsonSerializerContext
{
    internal static PublishJson Readable { get; } = new(CliJson.NewOptions());
}
