using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using NuGet.Versioning;

namespace AppUpdater.Tests.Releases;

/// <summary>
/// Lays signed releases into a folder, the simplest way that the formats allow: every release with a pack of its own that holds all of it,
/// every second blob compressed. What may be told wrong on purpose is a property.
/// </summary>
internal sealed class TestPublisher : IDisposable
{
    private readonly string _folder;

    internal TestPublisher(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
    }

    internal const string App = "com.example.app";

    internal ECDsa Key { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal PublicKey PublicKey => PublicKey.Of(Key);

    internal long Sequence { get; set; } = 1;

    internal string Channel { get; set; } = "stable";

    /// <summary>More lines of [version], such as <c>rollout = 10</c>.</summary>
    internal string More { get; set; } = "";

    internal string? Notes { get; set; }

    /// <summary>Changes a manifest before it is written and signed for.</summary>
    internal Func<ReleaseManifest, ReleaseManifest> Manifest { get; set; } = manifest => manifest;

    internal string PointerPath => Path.Join(_folder, Channel == "stable" ? "version.ini" : $"version-{Channel}.ini");

    /// <summary>The key as dato.ini names it.</summary>
    internal string WritePublicKey(string path)
    {
        File.WriteAllText(path, PemEncoding.WriteString("PUBLIC KEY", PublicKey.Info.AsSpan()));
        return path;
    }

    /// <summary>Publishes files, by path; the pointer last, with the next sequence.</summary>
    internal ManifestReference Publish(string version, params (string Path, byte[] Content)[] files)
    {
        var reference = LayDown(version, files);
        Sign(PointerText(version, reference));
        Sequence++;
        return reference;
    }

    internal ManifestReference Publish(string version, params (string Path, string Content)[] files) =>
        Publish(version, [.. files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Content)))]);

    /// <summary>Pack and manifest, without a pointer to them.</summary>
    internal ManifestReference LayDown(string version, params (string Path, byte[] Content)[] files)
    {
        var own = RelativePath.Parse("own/content.pack");
        using var pack = new MemoryStream();
        var blobs = ImmutableArray.CreateBuilder<ManifestBlob>();
        var list = files.Select(file => new ManifestFile(
            RelativePath.Parse(file.Path), file.Content.Length, ContentHash.Of(file.Content), new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            [.. file.Content.Chunk(ManifestBlob.MaxSize).Select(chunk => Add(chunk, blobs, pack))])).OrderBy(file => file.Path).ToImmutableArray();
        var manifest = Manifest(new ReleaseManifest
        {
            App = App,
            Version = NuGetVersion.Parse(version),
            Platform = "any",
            Notes = Notes,
            Packs = pack.Length == 0 ? [] : [new ManifestPack(own, pack.Length)],
            Blobs = blobs.ToImmutable(),
            Files = list,
        });
        var bytes = ManifestCodec.Write(manifest, own);
        var hash = ContentHash.Of(bytes);
        var folder = RelativePath.Parse($"releases/{version}-{hash.Hex[..8]}");
        Directory.CreateDirectory(folder.Under(_folder));
        File.WriteAllBytes(folder.Append("content.pack").Under(_folder), pack.ToArray());
        File.WriteAllBytes(folder.Append(ManifestReference.FileName).Under(_folder), bytes);
        return new ManifestReference(folder.Append(ManifestReference.FileName), bytes.Length, hash);
    }

    internal string PointerText(string version, ManifestReference manifest) => string.Create(CultureInfo.InvariantCulture, $"""
        [version]
        format = 1
        app = {App}
        version = {version}
        platform = any
        channel = {Channel}
        sequence = {Sequence}
        {More}
        [files]
        manifest = {manifest.Path}, {manifest.Size}, {manifest.Hash}

        """);

    /// <summary>Writes the pointer, signed by these keys, or by the publisher's own.</summary>
    internal void Sign(string text, params ECDsa[] keys) => File.WriteAllText(PointerPath, Signed(SignedAs.VersionFile, text, keys));

    internal string Signed(string kind, string text, params ECDsa[] keys)
    {
        var message = SignedAs.Message(kind, Encoding.UTF8.GetBytes(text));
        ECDsa[] all = keys is [] ? [Key] : keys;
        return text + "[signature]\n" + string.Concat(all.Select((key, at) =>
            string.Create(CultureInfo.InvariantCulture, $"{at + 1} = {PublicKey.Of(key).Id}, {Convert.ToBase64String(PublicKey.Sign(key, message))}\n")));
    }

    public void Dispose() => Key.Dispose();

    private static int Add(byte[] chunk, ImmutableArray<ManifestBlob>.Builder blobs, MemoryStream pack)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(chunk.Length)];
        BrotliEncoder.TryCompress(chunk, compressed, out var length, quality: 5, window: 22);
        var isSmaller = blobs.Count % 2 == 0 && length < chunk.Length;
        var stored = isSmaller ? compressed[..length] : chunk;
        blobs.Add(new ManifestBlob(
            ContentHash.Of(chunk), chunk.Length, 0, pack.Length, stored.Length, isSmaller ? BlobEncoding.Brotli : BlobEncoding.Stored));
        pack.Write(stored);
        return blobs.Count - 1;
    }
}
