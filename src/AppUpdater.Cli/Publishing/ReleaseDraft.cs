using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>A release ready to be put on the server. <see cref="Pack"/> is null where it has nothing that is not there.</summary>
internal sealed record ReleaseDraft(ReleaseManifest Manifest, byte[] Bytes, ManifestReference Reference, ReleasePack? Pack)
{
    internal RelativePath PackPath => Reference.Folder.Append(ManifestCodec.PackName);
}

/// <summary>Puts a manifest together from hashed files, the new pack and the packs of earlier releases. Pure.</summary>
internal sealed class DraftBuilder
{
    private static readonly RelativePath Own = RelativePath.Parse("own/content.pack");

    private readonly Dictionary<ContentHash, (ManifestBlob Blob, ManifestPack Pack)> _held = [];

    /// <param name="earlier">Releases whose blobs need not be sent again; the first that has one gives it.</param>
    internal DraftBuilder(IEnumerable<ReleaseManifest> earlier)
    {
        foreach (var manifest in earlier)
        {
            foreach (var blob in manifest.Blobs)
                _held.TryAdd(blob.Hash, (blob, manifest.Packs[blob.Pack]));
        }
    }

    internal bool IsHeld(ContentHash blob) => _held.ContainsKey(blob);

    /// <exception cref="UntrustedException">The files break a manifest's rule, such as two names that differ by case only.</exception>
    internal ReleaseDraft Build(PublishRequest request, ImmutableArray<HashedFile> files, ImmutableArray<RelativePath> emptyFolders, ReleasePack? pack)
    {
        var fresh = (pack?.Blobs ?? []).ToDictionary(blob => blob.Hash);
        var used = files.SelectMany(file => file.Blobs).Distinct().ToImmutableArray();
        var packs = used.Where(hash => !fresh.ContainsKey(hash)).Select(hash => _held[hash].Pack).Distinct().OrderBy(held => held.Path).ToList();
        if (pack is not null)
            packs.Insert(0, new ManifestPack(Own, pack.Length));
        var places = packs.Index().ToDictionary(held => held.Item, held => held.Index);
        var indexes = used.Index().ToDictionary(hash => hash.Item, hash => hash.Index);
        var manifest = new ReleaseManifest
        {
            App = request.App,
            Version = request.Version,
            Platform = request.Platform,
            Notes = request.Notes,
            Packs = [.. packs],
            Blobs = [.. used.Select(hash => fresh.TryGetValue(hash, out var own) ? own : _held[hash].Blob with { Pack = places[_held[hash].Pack] })],
            Files = [.. files.Select(file => new ManifestFile(
                file.File.Path, file.File.Size, file.Hash, file.File.Modified, file.File.Mode, [.. file.Blobs.Select(hash => indexes[hash])]))],
            EmptyFolders = emptyFolders,
        };
        var bytes = ManifestCodec.Write(manifest, Own);
        var hash = ContentHash.Of(bytes);
        var folder = RelativePath.Parse($"releases/{request.Version.ToNormalizedString()}-{hash.Hex[..8]}");

        // Read as a client will: a rule that it breaks is told here, not there.
        return new ReleaseDraft(
            ManifestCodec.Read(bytes, folder, $"The release made of {request.Folder}"),
            bytes,
            new ManifestReference(folder.Append(ManifestReference.FileName), bytes.Length, hash),
            pack);
    }
}
