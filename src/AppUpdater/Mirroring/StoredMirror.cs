using System.Text.Json.Serialization;
using AppUpdater.Core.Hashing;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>A mirror's state as it is stored.</summary>
internal sealed record StoredMirror
{
    public int Format { get; init; }
    public DateTimeOffset? Verified { get; init; }
    public string? Mark { get; init; }
    public IReadOnlyList<StoredLine>? Files { get; init; }
    public IReadOnlyList<StoredLine>? Folders { get; init; }
    public IReadOnlyList<StoredLine>? Waiting { get; init; }
    public IReadOnlyList<StoredLine>? Sending { get; init; }
}

/// <summary>
/// One file or folder, short because there are many. S: bytes. R and Q: the server's time and its precision, L: the time here, both in ticks
/// UTC (100 ns since year 1). H: SHA-256 in base64. O: this mirror's. W: waits since (ticks). F: a folder. K: the key of an upload that was
/// begun. X: no longer known. M, alone: the mirror's mark.
/// </summary>
internal sealed record StoredLine
{
    public string? P { get; init; }
    public long S { get; init; }
    public long R { get; init; }
    public long Q { get; init; }
    public long L { get; init; }
    public string? H { get; init; }
    public bool O { get; init; }
    public long W { get; init; }
    public bool F { get; init; }
    public string? K { get; init; }
    public string? M { get; init; }
    public bool X { get; init; }

    internal static StoredLine Of(RelativePath path, KnownFile file) => new()
    {
        P = path.Value,
        S = file.Size,
        R = file.Remote?.Utc.UtcTicks ?? 0,
        Q = file.Remote?.Precision.Ticks ?? 0,
        L = file.Local?.UtcTicks ?? 0,
        H = file.Hash is { } hash ? Convert.ToBase64String(Convert.FromHexString(hash.Hex)) : null,
        O = file.IsOurs,
    };

    internal static StoredLine Of(RelativePath path, WaitingFile file) => new()
    {
        P = path.Value, S = file.Size, R = file.Modified?.Utc.UtcTicks ?? 0, Q = file.Modified?.Precision.Ticks ?? 0, W = file.Since.UtcTicks,
    };

    internal static StoredLine OfFolder(RelativePath path, bool isOurs) => new() { P = path.Value, F = true, O = isOurs };

    internal static StoredLine Gone(RelativePath path, bool isFolder) => new() { P = path.Value, F = isFolder, X = true };

    internal static StoredLine Of(BegunUpload upload, bool isOver = false) => new() { P = upload.Path.Value, K = upload.Key, X = isOver };

    internal static StoredLine OfMark(string mark) => new() { M = mark };

    /// <exception cref="FormatException">It is not what was written.</exception>
    internal RelativePath Path() => RelativePath.TryParse(P ?? "", out var path, out var problem) ? path : throw new FormatException(problem);

    /// <inheritdoc cref="Path"/>
    internal KnownFile File() => S < 0
        ? throw new FormatException($"{P} has {S} bytes.")
        : new KnownFile(S, Remote(), L == 0 ? null : Time(L), Hash(), O);

    /// <inheritdoc cref="Path"/>
    internal WaitingFile WaitingFile() => new(S, Remote(), Time(W));

    /// <inheritdoc cref="Path"/>
    internal BegunUpload Upload() => K is { } key && BegunUpload.IsKey(key) ? new BegunUpload(Path(), key) : throw new FormatException($"{P} has a wrong key.");

    /// <inheritdoc cref="Path"/>
    internal static string Mark(string mark) => BegunUpload.IsKey(mark) ? mark : throw new FormatException("It has a wrong mark.");

    private RemoteTime? Remote() => R == 0 ? null : Q >= 0 ? new RemoteTime(Time(R), TimeSpan.FromTicks(Q)) : throw new FormatException($"{P} has a wrong time.");

    private DateTimeOffset Time(long ticks) => ticks > 0 && ticks <= DateTimeOffset.MaxValue.Ticks
        ? new DateTimeOffset(ticks, TimeSpan.Zero)
        : throw new FormatException($"{P} has a wrong time.");

    private ContentHash? Hash() => H is null ? null
        : ContentHash.TryParse(Convert.ToHexStringLower(Convert.FromBase64String(H)), out var hash) ? hash
        : throw new FormatException($"{P} has a wrong hash.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    MaxDepth = 8)]
[JsonSerializable(typeof(StoredMirror))]
[JsonSerializable(typeof(StoredLine))]
internal sealed partial class MirrorJson : JsonSerializerContext;
