using System.Text.Json.Serialization;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Releases;

// With these the serializer read and wrote the updater's own files, and what it did is what is asked of JsonFields.

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    AllowDuplicateProperties = false,
    MaxDepth = 8)]
[JsonSerializable(typeof(StoredManifest))]
internal sealed partial class ManifestContext : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, MaxDepth = 8,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredTrust))]
[JsonSerializable(typeof(StoredInstall))]
internal sealed partial class RecordContext : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, MaxDepth = 8)]
[JsonSerializable(typeof(StoredOutcome))]
internal sealed partial class OutcomeContext : JsonSerializerContext;
