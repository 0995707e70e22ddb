using System.Text.Json;
using System.Text.Json.Serialization;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>The status on disk, beside the mirror's state: a JSON file, written whole or not at all.</summary>
internal static class MirrorStatusFile
{
    internal const string Suffix = ".status.json";
    private const long MaxBytes = 256 * 1024;

    internal static string PathOf(MirrorPlace place) => Path.Join(place.Own, place.Id + Suffix);

    /// <summary>Null: there is none.</summary>
    /// <exception cref="FormatException">It is damaged, or nothing that a mirror wrote.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be read.</exception>
    internal static MirrorStatus? Read(IDurableFiles files, string path)
    {
        if (files.Stat(path) is not { } facts)
            return null;
        if (facts is not { Kind: FileKind.File, Length: <= MaxBytes })
            throw new FormatException($"It is no file of at most {MaxBytes} bytes.");
        try
        {
            using var stream = files.OpenRead(path);
            return JsonSerializer.Deserialize(stream, StatusJson.Default.MirrorStatus) is { } status && IsSound(status)
                ? status
                : throw new FormatException("It holds what no mirror writes.");
        }
        catch (JsonException damaged)
        {
            throw new FormatException($"It is damaged: {damaged.Message}", damaged);
        }
    }

    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written.</exception>
    internal static void Write(IDurableFiles files, MirrorPlace place, MirrorStatus status)
    {
        Directory.CreateDirectory(place.Own);
        AtomicFile.Write(files, PathOf(place), JsonSerializer.SerializeToUtf8Bytes(status, StatusJson.Default.MirrorStatus));
    }

    /// <summary>The name of a mirror, which becomes part of a path: 16 hex digits.</summary>
    internal static bool IsId(string text) => text.Length == 16 && text.All(char.IsAsciiHexDigitLower);

    private static bool IsSound(MirrorStatus status) =>
        status is { Format: MirrorStatus.CurrentFormat, Direction: MirrorPlace.Pull or MirrorPlace.Push, Server: not null, Id: { } id, Pair: { } pair }
        && IsId(id) && IsId(pair) && status is { Failing.Cycles: >= 0, Unfinished.Cycles: >= 0 }
        && (status.LastResult is not { } result || (result is { Bytes: >= 0, HeldBack: >= 0, HeldBackWhy: null or { Reason: not null }, Failures: { IsDefault: false, Length: <= MirrorStatus.MostFailures } }
            && result.Failures.All(failure => failure is { Reason: not null })));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 8)]
[JsonSerializable(typeof(MirrorStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
