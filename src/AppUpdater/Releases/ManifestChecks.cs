using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AppUpdater.Core.Hashing;
using NuGet.Versioning;

namespace AppUpdater.Releases;

/// <summary>
/// The rules of a manifest. It is signed, but a publisher's tool may be wrong, or his key stolen: what is read here names files of the
/// install and places in packs, and nothing after this looks again.
/// </summary>
internal sealed class ManifestChecks(RelativePath folder, string origin)
{
    private const int MostEntries = 1_000_000;
    private const int MostPacks = 10_000;
    private const int MaxText = 1024 * 1024;

    // rwxrwxrwx: what a release may not ask for is to run as somebody else.
    private const int Permissions = 0b111_111_111;

    /// <summary>
    /// Counts before anything is made of it: two bytes of JSON become an object of a hundred, and 128 MiB of them more than a machine has.
    /// </summary>
    /// <exception cref="UntrustedException">A list is longer than any may be.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static void RequireCountable(ReadOnlySpan<byte> json, string origin)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonFields.MaxDepth });
        Span<int> counts = stackalloc int[JsonFields.MaxDepth + 1];
        while (reader.Read())
        {
            // What stands in a list or object is one deeper than what it begins with.
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                counts[reader.CurrentDepth + 1] = 0;
            if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject) && ++counts[reader.CurrentDepth] > MostEntries)
                throw new UntrustedException($"{origin}: it lists too much.");
        }
    }

    /// <exception cref="UntrustedException">A rule is broken.</exception>
    internal ReleaseManifest Check(StoredManifest? stored)
    {
        if (stored is { Format: not 1 })
            throw Bad($"its format is {stored.Format}; this needs a newer AppUpdater");
        if (stored is not { App.Length: > 0 and <= 128, Platform.Length: > 0 and <= 64, Version.Length: <= 64, Files: { } files }
            || !NuGetVersion.TryParse(stored.Version, out var version))
            throw Bad("app, version, platform or files are missing");
        if (stored.Notes is { Length: > MaxText })
            throw Bad("its notes are longer than 1 MiB");
        var packs = (stored.Packs ?? []).Select(Pack).ToImmutableArray();
        var all = stored.Blobs ?? [];
        if (packs.Length > MostPacks || all.Count > MostEntries || files.Count > MostEntries || stored.Folders is { Count: > MostEntries })
            throw Bad("it lists too much");
        var blobs = all.Select(blob => Blob(blob, packs)).ToImmutableArray();
        var checkedFiles = files.Select(file => File(file, blobs)).OrderBy(file => file.Path).ToImmutableArray();
        var folders = (stored.Folders ?? []).Select(Path).Order().ToImmutableArray();
        TargetCollisions.Check(
            [.. checkedFiles.Select(file => new ReleaseFile(file.Path, file.Path, file.Size, null))], [.. folders.Select(path => new ReleaseFolder(path, path))]);
        return new ReleaseManifest
        {
            App = stored.App,
            Version = version,
            Platform = stored.Platform,
            Notes = stored.Notes,
            Packs = packs,
            Blobs = blobs,
            Files = checkedFiles,
            EmptyFolders = folders,
        };
    }

    private ManifestPack Pack(StoredPack? pack)
    {
        if (pack is not { Size: >= 0 })
            throw Bad("a pack has no size");
        return new ManifestPack(pack.Path is null ? folder.Append(ManifestCodec.PackName) : Path(pack.Path), pack.Size);
    }

    private ManifestBlob Blob(StoredBlob? blob, ImmutableArray<ManifestPack> packs)
    {
        if (blob is null || !ContentHash.TryParse(blob.Sha256 ?? "", out var hash))
            throw Bad("a blob has no hash");
        if (blob.Size is < 1 or > ManifestBlob.MaxSize || blob.Stored is < 1 || blob.Stored > blob.Size || (!blob.Brotli && blob.Stored != blob.Size))
            throw Bad($"the sizes of blob {hash} make no sense");
        if (blob.Pack < 0 || blob.Pack >= packs.Length || blob.Offset < 0 || blob.Offset > packs[blob.Pack].Size - blob.Stored)
            throw Bad($"blob {hash} lies outside of its pack");
        return new ManifestBlob(hash, blob.Size, blob.Pack, blob.Offset, blob.Stored, blob.Brotli ? BlobEncoding.Brotli : BlobEncoding.Stored);
    }

    private ManifestFile File(StoredManifestFile? file, ImmutableArray<ManifestBlob> blobs)
    {
        var path = Path(file?.Path);
        if (!ContentHash.TryParse(file!.Sha256 ?? "", out var hash) || file.Blobs.IsDefault)
            throw Bad($"{path} has no hash, or no blobs");
        if (file.Mode is { } mode && (mode & ~Permissions) != 0)
            throw Bad($"{path} asks for a mode beyond rwxrwxrwx");
        if (file.Modified.Kind != DateTimeKind.Utc)
            throw Bad($"the time of {path} is not in UTC");
        long size = 0;
        for (var at = 0; at < file.Blobs.Length; at++)
        {
            if (file.Blobs[at] is var index && (index < 0 || index >= blobs.Length))
                throw Bad($"{path} names a blob that is not there");
            if (at < file.Blobs.Length - 1 && blobs[index].Size != ManifestBlob.MaxSize)
                throw Bad($"a blob in the middle of {path} is shorter than {ManifestBlob.MaxSize} bytes");
            size += blobs[index].Size;
        }

        if (size != file.Size)
            throw Bad($"the blobs of {path} have {size} bytes, the file {file.Size}");
        if (file.Blobs is [var only] && blobs[only].Hash != hash)
            throw Bad($"{path} and its only blob have different hashes");
        return new ManifestFile(path, size, hash, new DateTimeOffset(file.Modified), (UnixFileMode?)file.Mode, file.Blobs);
    }

    private RelativePath Path([NotNull] string? text) =>
        text is null ? throw Bad("a path is missing") : RelativePath.TryParse(text, out var path, out var problem) ? path : throw Bad(problem.TrimEnd('.'));

    private UntrustedException Bad(string why) => new($"{origin}: {why}.");
}
