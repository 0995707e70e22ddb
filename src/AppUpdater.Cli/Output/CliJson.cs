using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppUpdater.Cli.Output;

[JsonSerializable(typeof(ErrorResult))]
[JsonSerializable(typeof(PlanResult))]
[JsonSerializable(typeof(SwapVerbResult))]
[JsonSerializable(typeof(StatusResult))]
[JsonSerializable(typeof(VerifyResult))]
[JsonSerializable(typeof(DoctorResult))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>Names stay as they are: this goes to a script, not into a web page.</summary>
    internal static CliJson Readable { get; } = new(NewOptions());

    /// <summary>How every verb writes; each context needs options of its own.</summary>
    internal static JsonSerializerOptions NewOptions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
