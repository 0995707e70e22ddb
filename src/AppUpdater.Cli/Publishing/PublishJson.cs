using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

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

[JsonSerializable(typeof(PublishResult))]
[JsonSerializable(typeof(KeygenResult))]
internal sealed partial class PublishJson : JsonSerializerContext
{
    internal static PublishJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
