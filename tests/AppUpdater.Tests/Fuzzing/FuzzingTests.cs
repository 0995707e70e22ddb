using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;
using AppUpdater.Staging;
using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests.Fuzzing;

/// <summary>Files that were changed at random, and random bytes, for every parser that reads what a server or a disk holds.</summary>
public sealed class FuzzingTests : IDisposable
{
    private const int Limit = 120_000;
    private const int Tries = 2_000;
    private const int Kilo = 1024;

    // A file of nothing but sections costs the ini parser 320 bytes for each of its own: 32 MiB are the most for the 64 KiB that one may have.
    private const int IniPerByte = 512;

    private static readonly RelativePath Folder = RelativePath.Parse("releases/1.0.0");

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    private KeySet Set => new(0, 1, [PublicKey.Of(_key)], []);

    [Fact(Timeout = Limit)]
    public Task Version_ini_is_read_or_refused() => OnThreadOfItsOwn(() => new FuzzTarget("version", bytes =>
    {
        VersionFile version = VersionFileParser.Parse(bytes, "version.ini");
        Assert.InRange(version.Signed.Length, 0, bytes.Length);
        Assert.True(version.Manifest is null || version.Manifest.Size <= ManifestCodec.MaxBytes);
    }, FixedBytes: 512 * Kilo, PerByte: IniPerByte).Run(Tries));

    /// <summary>As the client meets it: its signature first, by a key that trusts these bytes in every second try.</summary>
    [Fact(Timeout = Limit)]
    public Task A_signed_pointer_is_read_or_refused() => OnThreadOfItsOwn(() => new FuzzTarget("version", bytes =>
    {
        var rules = new PointerRules(Set, new SeenUnderKeys("", null, []), TestPublisher.App, "stable");
        SignedPointer.Check(bytes.Length % 2 == 0 ? bytes : Sign(SignedAs.VersionFile, bytes), "version.ini", rules);
    }, FixedBytes: 512 * Kilo, PerByte: IniPerByte).Run(Tries));

    [Fact(Timeout = Limit)]
    public Task Keys_are_followed_or_refused() => OnThreadOfItsOwn(() => new FuzzTarget("keys", bytes =>
    {
        var own = Encoding.Latin1.GetString(bytes).Replace("KEY", Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()), StringComparison.Ordinal);
        var followed = KeysFile.Follow(Sign(SignedAs.Keys, Encoding.Latin1.GetBytes(own)), Set, TestPublisher.App, "keys/1.ini");
        Assert.Equal(1, followed.Number);
        Assert.InRange(followed.Threshold, 1, followed.Keys.Distinct().Count());
    }, FixedBytes: 1024 * Kilo, PerByte: 2 * IniPerByte).Run(Tries));

    [Fact(Timeout = Limit)]
    public Task The_json_of_a_manifest_is_read_or_refused() => OnThreadOfItsOwn(() =>
        new FuzzTarget("manifest", json => ReadManifest(Compress(json)), FixedBytes: 2048 * Kilo, PerByte: 256).Run(Tries));

    [Fact(Timeout = Limit)]
    public Task A_compressed_manifest_is_read_or_refused() => OnThreadOfItsOwn(() =>
    {
        var target = new FuzzTarget("compressed", ReadManifest, FixedBytes: 5L * ManifestCodec.MaxBytes, PerByte: 256);
        foreach (var file in new FuzzTarget("manifest", _ => { }, 0, 0).Corpus)
            target.Require(Compress(file));
        target.Run(Tries / 2);
    });

    /// <summary>Small once compressed, endless once not: what its words say is counted before any of it becomes an object.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("files", "{}")]
    [InlineData("blobs", "{}")]
    [InlineData("packs", "{}")]
    [InlineData("folders", "\"\"")]
    [InlineData("unheard", "0")]
    public Task A_manifest_that_lists_without_end_costs_no_more_than_its_cap(string list, string entry) => OnThreadOfItsOwn(() =>
    {
        var json = new StringBuilder($$"""{"format":1,"app":"a","version":"1","platform":"any","files":[],"{{(list == "files" ? "notes\":\"\",\"files" : list)}}":[{{entry}}""");
        while (json.Length < ManifestCodec.MaxBytes - 100)
            json.Append(',').Append(entry);
        var compressed = Compress(Encoding.UTF8.GetBytes(json.Append("]}").ToString()));

        new FuzzTarget("manifest", ReadManifest, FixedBytes: 5L * ManifestCodec.MaxBytes, PerByte: 0).Require(compressed);
    });

    [Fact(Timeout = Limit)]
    public Task Blobs_of_a_pack_are_the_signed_bytes_or_nothing() => OnThreadOfItsOwn(() =>
    {
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"row {i * 31 % 97}\n")));
        var stored = Compress(content);
        var room = new byte[content.Length];
        new FuzzTarget("pack", bytes =>
        {
            foreach (var encoding in Enum.GetValues<BlobEncoding>())
            {
                var blob = new ManifestBlob(ContentHash.Of(content), content.Length, 0, 0, bytes.Length, encoding);
                var decoded = BlobDecoder.Decode(blob, bytes, room);
                Assert.True(decoded.IsEmpty || decoded.Span.SequenceEqual(content));
            }
        }, FixedBytes: 64 * Kilo, PerByte: 1).Run(Tries);
        Assert.False(BlobDecoder.Decode(new ManifestBlob(ContentHash.Of(content), content.Length, 0, 0, stored.Length, BlobEncoding.Brotli), stored, room).IsEmpty);
    });

    [Fact(Timeout = Limit)]
    public Task A_journal_is_read_or_refused() => OnThreadOfItsOwn(() =>
        new FuzzTarget("journal", bytes => Assert.Equal(bytes, JournalCodec.Encode(JournalCodec.Decode(bytes))), FixedBytes: 512 * Kilo, PerByte: 256).Run(Tries));

    /// <summary>With a checksum that fits: as if somebody had written it.</summary>
    [Fact(Timeout = Limit)]
    public Task A_journal_with_the_right_checksum_is_read_or_refused() => OnThreadOfItsOwn(() => new FuzzTarget("journal", bytes =>
    {
        var end = bytes.AsSpan().LastIndexOf("sha256 "u8);
        var body = end < 0 ? bytes : bytes[..end];
        byte[] whole = [.. body, .. Encoding.UTF8.GetBytes($"sha256 {ContentHash.Of(body)}\n")];
        Assert.Equal(whole, JournalCodec.Encode(JournalCodec.Decode(whole)));
    }, FixedBytes: 512 * Kilo, PerByte: 256).Run(Tries));

    /// <summary>A parser that hangs would hang the test, too: so it can be given up.</summary>
    private static Task OnThreadOfItsOwn(Action test) =>
        Task.Factory.StartNew(test, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void ReadManifest(byte[] compressed)
    {
        var manifest = ManifestCodec.Read(compressed, Folder, "manifest.json.br");
        Assert.All(manifest.Blobs, blob => Assert.InRange(blob.Offset + blob.StoredSize, 1, manifest.Packs[blob.Pack].Size));
        Assert.All(manifest.Files, file => Assert.Equal(file.Size, file.Blobs.Sum(blob => (long)manifest.Blobs[blob].Size)));
    }

    private byte[] Sign(string kind, byte[] bytes)
    {
        var signature = PublicKey.Sign(_key, SignedAs.Message(kind, bytes));
        return [.. bytes, .. Encoding.UTF8.GetBytes($"[signature]\n1 = {PublicKey.Of(_key).Id}, {Convert.ToBase64String(signature)}\n")];
    }

    private static byte[] Compress(byte[] bytes)
    {
        var room = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        Assert.True(BrotliEncoder.TryCompress(bytes, room, out var length, quality: 1, window: 22));
        return room[..length];
    }
}
