using System.IO.Abstractions;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppUpdater.Releases;

/// <summary>Reads and writes trust.json, and answers from it.</summary>
internal static class TrustFile
{
    private const int MaxBytes = 1024 * 1024;
    private const int MostRefused = 200;
    private const string Name = "trust.json";

    internal static TrustRecord Empty { get; } = new([]);

    /// <summary>The record at a path; an empty one where there is none.</summary>
    /// <exception cref="UntrustedException">The file is no such record.</exception>
    internal static TrustRecord Load(IFileSystem fs, string path)
    {
        if (!fs.File.Exists(path))
            return Empty;
        return fs.FileInfo.FromFileName(path).Length <= MaxBytes ? Read(fs.File.ReadAllBytes(path)) : throw Corrupt(inner: null);
    }

    /// <exception cref="UntrustedException">The bytes are no such record.</exception>
    internal static TrustRecord Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw Corrupt(inner: null);
        try
        {
            var stored = JsonSerializer.Deserialize(bytes, TrustJson.Default.StoredTrust);
            if (stored is not { Format: 1, Refused: { } refused } || refused.Any(release => release is not { Release: { }, Version: { } }))
                throw Corrupt(inner: null);
            return new TrustRecord([.. refused]);
        }
        catch (JsonException failure)
        {
            throw Corrupt(failure);
        }
    }

    internal static byte[] Write(TrustRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(new StoredTrust { Format = 1, Refused = [.. record.Refused] }, TrustJson.Default.StoredTrust);

    /// <summary>Whether a release is not offered again.</summary>
    internal static bool IsRefused(this TrustRecord record, Release release) => record.Refused.Any(refused => refused.Release == release.Id);

    /// <summary>
    /// The record with one more refusal, in place of an earlier one of the same release; the oldest of more than 200 are forgotten.
    /// </summary>
    internal static TrustRecord With(this TrustRecord record, RefusedRelease refusal) =>
        record with { Refused = [.. record.Refused.Where(other => other.Release != refusal.Release).TakeLast(MostRefused - 1), refusal] };

    private static UntrustedException Corrupt(JsonException? inner) =>
        new($".appupdater/{Name} can't be read as what the updater writes there. Restore it; deleting it forgets which releases failed here.", inner);
}

/// <summary>trust.json as it is stored.</summary>
internal sealed record StoredTrust
{
    public int Format { get; init; }

    public IReadOnlyList<RefusedRelease>? Refused { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, MaxDepth = 8)]
[JsonSerializable(typeof(StoredTrust))]
internal sealed partial class TrustJson : JsonSerializerContext;
