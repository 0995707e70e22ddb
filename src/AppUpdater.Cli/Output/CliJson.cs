using System.Text.Json.Serialization;

namespace AppUpdater.Cli.Output;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ErrorResult))]
[JsonSerializable(typeof(PlanResult))]
[JsonSerializable(typeof(SwapVerbResult))]
[JsonSerializable(typeof(StatusResult))]
internal sealed partial class CliJson : JsonSerializerContext;
