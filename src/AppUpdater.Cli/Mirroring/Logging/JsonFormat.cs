using System.Text.Json;
using System.Text.Json.Serialization;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>A line of <c>--log-json</c>. Members are added, never renamed; those that say nothing are left out.</summary>
internal sealed record JsonLogLine(string Time, string Event, string? Path, string User, string? State, string? Reason)
{
    /// <summary>The job's name in mirror.ini.</summary>
    public string? Job { get; init; }
    public string? Direction { get; init; }
    public long? Bytes { get; init; }
    public int? New { get; init; }
    public int? Unchanged { get; init; }
    public int? Failed { get; init; }
    public int? Skipped { get; init; }
    public int? Removed { get; init; }
    public double? Seconds { get; init; }
}

/// <summary>The log as JSON lines. Pure.</summary>
internal sealed class JsonFormat(string user, MirrorJob job, TimeZoneInfo zone) : ILogFormat
{
    private static readonly LogJson Json = LogJson.Compact;

    public string Line(LogEntry entry) => JsonSerializer.Serialize(
        new JsonLogLine(
            LogWords.Time(entry.At, zone),
            LogWords.Of(entry.Event),
            entry.Path,
            user,
            entry.State == LogState.None ? null : LogWords.Of(entry.State),
            entry.Reason is { } reason ? LogText.Bounded(reason) : null)
        {
            Job = job.Name,
            Direction = job.Direction.Word(),
            Bytes = entry.Bytes ?? entry.Counts?.Bytes,
            New = entry.Counts?.New,
            Unchanged = entry.Counts?.Unchanged,
            Failed = entry.Counts?.Failed,
            Skipped = entry.Counts?.Skipped,
            Removed = entry.Counts?.Removed,
            Seconds = entry.Counts is { } counts ? Math.Round(counts.Took.TotalSeconds, 3) : null,
        },
        Json.JsonLogLine);

    public DateOnly? Day(string line) => Parse(line) is { } there && LogWords.Time(there.Time) is { } at ? DateOnly.FromDateTime(at.DateTime) : null;

    public bool Tells(string line, LogEntry entry, DateTimeOffset since) =>
        Parse(line) is { } there && there.Event == LogWords.Of(entry.Event) && there.Path == entry.Path && there.Job == job.Name
        && (there.State ?? LogWords.Of(LogState.None)) == LogWords.Of(entry.State) && LogWords.Time(there.Time) >= LogWords.Floor(since);

    private static JsonLogLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, Json.JsonLogLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(JsonLogLine))]
internal sealed partial class LogJson : JsonSerializerContext
{
    internal static LogJson Compact { get; } = new(new JsonSerializerOptions(CliJson.NewOptions()) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull });
}
