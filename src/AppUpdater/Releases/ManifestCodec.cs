using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppUpdater.Releases;

/// <summary>manifest.json.br, read and written. The same manifest always gives the same bytes. Pure.</summary>
internal static class ManifestCodec
{
    /// <summary>The most that a manifest may have, compressed or not.</summary>
    internal const int MaxBytes = 128 * 1024 * 1024;

    internal const string PackName = "content.pack";

    /// <summary>In bytes read at once while decompressing: nothing is allocated for what was only announced.</summary>
    private const int Step = 64 * 1024;

    /// <param name="compressed">The file's bytes, whose hash was compared with the signed one.</param>
    /// <param name="folder">The folder it lies in: its own pack is beside it.</param>
    /// <param name="origin">What it is called in messages.</param>
    /// <exception cref="UntrustedException">It is no manifest, or breaks one of its rules; the message says which.</exception>
    internal static ReleaseManifest Read(ReadOnlyMemory<byte> compressed, RelativePath folder, string origin)
    {
        try
        {
            var json = Decompress(compressed, origin);
            ManifestChecks.RequireCountable(json, origin);
            return new ManifestChecks(folder, origin).Check(StoredManifestReader.Read(json));
        }
        catch (JsonException failure)
        {
            throw new UntrustedException($"{origin}: it is not the JSON of a manifest: {failure.Message}", failure);
        }
    }

    /// <summary>The bytes of a manifest's file.</summary>
    /// <param name="manifest">Its pack at index 0, if any is its own, has <paramref name="ownPack"/> as path.</param>
    /// <param name="ownPack">The path under which the release's own pack is named in <paramref name="manifest"/>; in the file it has none,
    /// because the folder bears the start of this file's hash.</param>
    internal static byte[] Write(ReleaseManifest manifest, RelativePath? ownPack)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(Stored(manifest, ownPack), ManifestJson.Default.StoredManifest);
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length)];
        return BrotliEncoder.TryCompress(json, compressed, out var written, quality: 9, window: 24)
            ? compressed[..written]
            : throw new InvalidOperationException("Brotli wants more than its own bound.");
    }

    private static ReadOnlySpan<byte> Decompress(ReadOnlyMemory<byte> compressed, string origin)
    {
        using var input = new MemoryStream(compressed.ToArray(), writable: false);
        using var brotli = new BrotliStream(input, CompressionMode.Decompress);
        using var output = new MemoryStream();
        var buffer = new byte[Step];
        try
        {
            while (brotli.Read(buffer) is > 0 and var read)
            {
                if (output.Length + read > MaxBytes)
                    throw new UntrustedException($"{origin}: longer than {MaxBytes / (1024 * 1024)} MiB once decompressed, the most a manifest may be.");
                output.Write(buffer, 0, read);
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or InvalidDataException or IOException)
        {
            throw new UntrustedException($"{origin}: it can't be decompressed. Publish the release again.", failure);
        }

        return output.GetBuffer().AsSpan(0, (int)output.Length);
    }

    private static StoredManifest Stored(ReleaseManifest manifest, RelativePath? ownPack) => new()
    {
        Format = 1,
        App = manifest.App,
        Version = manifest.Version.ToFullString(),
        Platform = manifest.Platform,
        Notes = manifest.Notes,
        Packs = [.. manifest.Packs.Select(pack => new StoredPack { Path = pack.Path == ownPack ? null : pack.Path.Value, Size = pack.Size })],
        Blobs =
        [
            .. manifest.Blobs.Select(blob => new StoredBlob
            {
                Sha256 = blob.Hash.Hex,
                Size = blob.Size,
                Pack = blob.Pack,
                Offset = blob.Offset,
                Stored = blob.StoredSize,
                Brotli = blob.Encoding == BlobEncoding.Brotli,
            }),
        ],
        Files =
        [
            .. manifest.Files.Select(file => new StoredManifestFile
            {
                Path = file.Path.Value,
                Size = file.Size,
                Sha256 = file.Hash.Hex,
                Modified = file.Modified.UtcDateTime,
                Mode = (int?)file.Mode,
                Blobs = file.Blobs,
            }),
        ],
        Folders = [.. manifest.EmptyFolders.Select(folder => folder.Value)],
    };
}

/// <summary>manifest.json as it is stored.</summary>
internal sealed record StoredManifest
{
    public int Format { get; set; }
    public string? App { get; set; }
    public string? Version { get; set; }
    public string? Platform { get; set; }
    public string? Notes { get; set; }
    public IReadOnlyList<StoredPack?>? Packs { get; set; }
    public IReadOnlyList<StoredBlob?>? Blobs { get; set; }
    public IReadOnlyList<StoredManifestFile?>? Files { get; set; }
    public IReadOnlyList<string?>? Folders { get; set; }
}

/// <summary>A pack; without a path it is the one beside the manifest.</summary>
internal sealed record StoredPack
{
    public string? Path { get; set; }
    public long Size { get; set; }
}

internal sealed record StoredBlob
{
    public string? Sha256 { get; set; }
    public int Size { get; set; }
    public int Pack { get; set; }
    public long Offset { get; set; }
    public int Stored { get; set; }
    public bool Brotli { get; set; }
}

internal sealed record StoredManifestFile
{
    public string? Path { get; set; }
    public long Size { get; set; }
    public string? Sha256 { get; set; }
    public DateTime Modified { get; set; }
    public int? Mode { get; set; }
    public ImmutableArray<int> Blobs { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(StoredManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
