using System.Text.Json.Serialization;

namespace AppUpdater.Backup;

/// <summary>backup.json, as it is written. Times are UTC; modes are Unix permission bits, null from Windows.</summary>
internal sealed record BackupManifest
{
    internal const int CurrentFormat = 1;

    public required int Format { get; init; }
    public required string App { get; init; }
    public required string? From { get; init; }
    public required string To { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required IReadOnlyList<string> Added { get; init; }
    public required IReadOnlyList<SavedFile> Files { get; init; }

    /// <summary>installed.json as it was; null where there was none.</summary>
    public required SavedFile? Installed { get; init; }
}

/// <summary>One file of a backup.</summary>
internal sealed record SavedFile(string Path, long Size, string Sha256, DateTimeOffset Modified, int? Mode);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
