using System.IO.Abstractions;
using System.Text.Json;

namespace AppUpdater.Releases;

/// <summary>Reads and writes trust.json, and answers from it. Changes go through <see cref="TrustStore"/>.</summary>
internal static class TrustFile
{
    private const int MaxBytes = 1024 * 1024;
    private const int MostRefused = 200;
    private const int MostSets = 16;
    private const int MostChannels = 32;
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
            return StoredTrustJson.Read(bytes)?.ToRecord() ?? throw Corrupt(inner: null);
        }
        catch (JsonException failure)
        {
            throw Corrupt(failure);
        }
    }

    internal static byte[] Write(TrustRecord record) => StoredTrustJson.Write(StoredTrust.Of(record));

    /// <summary>Whether a release is not offered again.</summary>
    internal static bool IsRefused(this TrustRecord record, Release release) => record.Refused.Any(refused => refused.Release == release.Id);

    /// <summary>
    /// The record with one more refusal, in place of an earlier one of the same release; the oldest of more than 200 are forgotten.
    /// </summary>
    internal static TrustRecord With(this TrustRecord record, RefusedRelease refusal) =>
        record with { Refused = [.. record.Refused.Where(other => other.Release != refusal.Release).TakeLast(MostRefused - 1), refusal] };

    /// <summary>The record with a pointer seen under these keys. What another process remembered meanwhile is never lowered.</summary>
    internal static TrustRecord With(this TrustRecord record, KeySet set, SeenSequence seen, DateTimeOffset? published)
    {
        var before = record.Under(set);
        var known = before.Channels.FirstOrDefault(other => other.Channel == seen.Channel);
        var highest = known is not null && known.Sequence >= seen.Sequence ? known : seen;
        var newest = before.NewestSigned is { } earlier && !(published > earlier) ? earlier : published;
        var after = new SeenUnderKeys(
            before.Scope, newest, [.. before.Channels.Where(other => other.Channel != seen.Channel).TakeLast(MostChannels - 1), highest]);
        return record with { SignedSeen = true, Seen = [.. record.Seen.Where(other => other.Scope != after.Scope).TakeLast(MostSets - 1), after] };
    }

    private static UntrustedException Corrupt(JsonException? inner) => new(
        $".appupdater/{Name} can't be read as what the updater writes there. Restore it; deleting it forgets which releases failed here, "
        + "and which keys and releases were seen.",
        inner);
}
