using System.IO.Compression;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Staging;
using static AppUpdater.Tests.Staging.SignedScene;

namespace AppUpdater.Tests.Staging;

/// <summary>Servers whose packs are not what was signed.</summary>
public sealed class PackLiesTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly SignedScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Wrong_bytes_are_fetched_twice_and_refused_with_pack_offset_release_and_server()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        Garble(_scene.Server, at: 1_500);

        var failure = await Assert.ThrowsAsync<UntrustedException>(() => _scene.FetchAsync(plan));

        Assert.Contains(_scene.PackPath, failure.Message, StringComparison.Ordinal);
        Assert.Contains("2000 bytes at offset 1000", failure.Message, StringComparison.Ordinal);
        Assert.Contains(plan.Release.Id, failure.Message, StringComparison.Ordinal);
        Assert.Contains("server.example", failure.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1_000], _scene.Server.Opened.Select(open => open.Offset));
        Assert.Single(Directory.GetFiles(_scene.Staging, "*.done"));
    }

    [Fact(Timeout = Limit)]
    public async Task What_came_garbled_once_comes_right_the_second_time()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        var right = _scene.Server.Content(_scene.PackPath);
        Garble(_scene.Server, at: 1_500);
        _scene.Server.OnOpen = (_, offset) =>
        {
            if (offset == 1_000)
                _scene.Server.Put(_scene.PackPath, right);
        };

        RequireFiles(await _scene.FetchAsync(plan), ("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
    }

    [Theory(Timeout = Limit)]
    [InlineData("garbled")]
    [InlineData("missing")]
    [InlineData("unreachable")]
    public async Task What_one_place_lacks_is_fetched_from_the_next(string how)
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        using var other = new ScriptedSource();
        await _scene.CopyToServerAsync(other);
        _scene.OtherPlaces.Add(() => other);
        if (how == "garbled")
            Garble(_scene.Server, at: 1_500);
        else if (how == "missing")
            _scene.Server.Remove(_scene.PackPath);
        else
            _scene.Server.OnOpen = (_, _) => throw new UnreachableException("no route");

        RequireFiles(await _scene.FetchAsync(plan), ("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        Assert.Equal(how == "garbled" ? 1_000 : 0, Assert.Single(other.Opened).Offset);
    }

    [Fact(Timeout = Limit)]
    public async Task Where_all_places_fail_the_one_that_lied_is_named()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)));
        using var other = new ScriptedSource();
        _scene.OtherPlaces.Add(() => other);
        Garble(_scene.Server, at: 500);

        var failure = await Assert.ThrowsAsync<UntrustedException>(() => _scene.FetchAsync(plan));

        Assert.Contains("offset 0", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pack_that_ends_early_is_refused()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        _scene.Server.Put(_scene.PackPath, _scene.Server.Content(_scene.PackPath)[..1_700]);

        var failure = await Assert.ThrowsAsync<UntrustedException>(() => _scene.FetchAsync(plan));

        Assert.Contains("has 1700 bytes, and 3000 were signed", failure.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_scene.Staging, "*.done"));
    }

    /// <summary>The file has its signed length, and yet the end came early: it was the way.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_line_that_cuts_a_pack_off_is_no_lie_of_the_server()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        _scene.Server.Cut(_scene.PackPath, [.. Enumerable.Repeat(0, 10)]);

        await Assert.ThrowsAsync<UnreachableException>(() => _scene.FetchAsync(plan));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_begins_at_the_first_byte_wherever_it_is_asked_to_is_read_from_there()
    {
        var content = Bytes(8_000);
        await _scene.PublishAsync(("a", content), ("b", Bytes(2_000, seed: 2)));
        _scene.Put("a", content);
        var plan = await _scene.PublishAsync(("a", content), ("b", Bytes(2_000, seed: 2)));
        _scene.Server.IgnoresOffsets = true;

        RequireFiles(await _scene.FetchAsync(plan), ("b", Bytes(2_000, seed: 2)));

        Assert.Equal([8_000, 0], _scene.Server.Opened.Select(open => open.Offset));
    }

    /// <summary>The publisher's own word, were it wrong: nothing beyond the signed length is decompressed, nothing beyond the stored one read.</summary>
    [Fact]
    public void A_blob_that_decompresses_to_more_than_was_signed_is_refused_before_it_does()
    {
        var bomb = Compress(new byte[64 * 1024 * 1024]);
        var start = new byte[10_000];
        var blob = new ManifestBlob(ContentHash.Of(start), start.Length, 0, 0, bomb.Length, BlobEncoding.Brotli);

        Assert.True(BlobDecoder.Decode(blob, bomb, new byte[start.Length]).IsEmpty);
    }

    [Fact]
    public void A_blob_is_neither_shorter_nor_longer_nor_other_than_was_signed()
    {
        var content = Bytes(5_000).Select(b => (byte)(b & 3)).ToArray();
        var compressed = Compress(content);
        var blob = new ManifestBlob(ContentHash.Of(content), content.Length, 0, 0, compressed.Length, BlobEncoding.Brotli);
        var room = new byte[ManifestBlob.MaxSize];

        Assert.Equal(content, BlobDecoder.Decode(blob, compressed, room).ToArray());
        Assert.True(BlobDecoder.Decode(blob, compressed.AsMemory(0, compressed.Length - 1), room).IsEmpty);
        Assert.True(BlobDecoder.Decode(blob, compressed.Append((byte)0).ToArray(), room).IsEmpty);
        Assert.True(BlobDecoder.Decode(blob with { Size = 4_999 }, compressed, room).IsEmpty);
        Assert.True(BlobDecoder.Decode(blob with { Size = 5_001 }, compressed, room).IsEmpty);
        Assert.True(BlobDecoder.Decode(blob with { Hash = ContentHash.Of(compressed) }, compressed, room).IsEmpty);
        Assert.True(BlobDecoder.Decode(blob with { Encoding = BlobEncoding.Stored, StoredSize = content.Length }, Bytes(5_000), room).IsEmpty);
    }

    [Fact(Timeout = Limit)]
    public async Task A_manifest_whose_blobs_do_not_make_its_file_is_refused()
    {
        _scene.Publisher.Manifest = manifest => manifest with
        {
            Files = [.. manifest.Files.Select(file => file with { Hash = ContentHash.Of("another"u8) })],
        };
        var plan = await _scene.PublishAsync(("big", Bytes(ManifestBlob.MaxSize + 1)));

        var failure = await Assert.ThrowsAsync<UntrustedException>(() => _scene.FetchAsync(plan));

        Assert.Contains("The blobs of big make", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_scene.Staging, "*.done"));
    }

    private void Garble(ScriptedSource server, int at)
    {
        var pack = server.Content(_scene.PackPath).ToArray();
        pack[at] ^= 1;
        server.Put(_scene.PackPath, pack);
    }

    private static byte[] Compress(byte[] content)
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        Assert.True(BrotliEncoder.TryCompress(content, compressed, out var length));
        return compressed[..length];
    }
}
