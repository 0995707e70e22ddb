using System.Text.Json;
using AppUpdater.Releases;

namespace AppUpdater.Handover;

/// <summary>outcome.json's fields, read and written.</summary>
internal static class StoredOutcomeJson
{
    private static readonly string[] Fields = ["result", "from", "to", "reason", "at", "swap", "applied", "starts", "kept", "earlier"];

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="JsonException">It is no JSON, or has another kind of value than is written.</exception>
    internal static StoredOutcome? Read(ReadOnlySpan<byte> bytes) =>
        JsonFields.Read(bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes, Outcome);

    internal static byte[] Write(StoredOutcome outcome) => JsonFields.Write(outcome, Outcome);

    private static StoredOutcome? Outcome(ref Utf8JsonReader json) => json.Object(
        new StoredOutcome(),
        Fields,
        static (ref outcome, name, ref json) =>
        {
            switch (name)
            {
                case "result": outcome.Result = (SwapResult)json.Choice(typeof(SwapResult)); break;
                case "from": outcome.From = json.GetString(); break;
                case "to": outcome.To = json.GetString(); break;
                case "reason": outcome.Reason = json.GetString(); break;
                case "at": outcome.At = json.GetDateTimeOffset(); break;
                case "swap": outcome.Swap = json.GetString(); break;
                case "applied": outcome.Applied = json.TimeOrNull(); break;
                case "starts": outcome.Starts = json.GetInt32(); break;
                case "kept": outcome.Kept = json.Texts(); break;
                case "earlier": outcome.Earlier = json.List(Outcome); break;
            }
        });

    private static void Outcome(Utf8JsonWriter json, StoredOutcome? outcome)
    {
        json.WriteStartObject();
        json.Choice("result", outcome!.Result);
        json.WriteString("from", outcome.From);
        json.WriteString("to", outcome.To);
        json.WriteString("reason", outcome.Reason);
        json.WriteString("at", outcome.At);
        json.WriteString("swap", outcome.Swap);
        if (outcome.Applied is { } applied)
            json.WriteString("applied", applied);
        else
            json.WriteNull("applied");
        json.WriteNumber("starts", outcome.Starts);
        if (outcome.Kept is { } kept)
            json.Texts("kept", kept);
        else
            json.WriteNull("kept");
        if (outcome.Earlier is { } earlier)
            json.List("earlier", earlier, Outcome);
        else
            json.WriteNull("earlier");
        json.WriteEndObject();
    }
}
