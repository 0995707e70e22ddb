using System.Security.Cryptography;
using AppUpdater.Releases;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Releases;

public sealed class ManifestReaderTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly TestPublisher _publisher;

    public ManifestReaderTests() => _publisher = new TestPublisher(_temp["server"]);

    public void Dispose()
    {
        _publisher.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task What_was_written_is_read_again()
    {
        _publisher.Notes = "Better.";
        var large = RandomNumberGenerator.GetBytes(ManifestBlob.MaxSize + 5);
        var reference = _publisher.Publish("1.0.0", ("big", large), ("folder/small", "small"u8.ToArray()), ("empty", []));

        var manifest = await ReadAsync(reference);

        Assert.Equal(("com.example.app", "1.0.0", "Better."), (manifest.App, manifest.Version.ToString(), manifest.Notes));
        Assert.Equal(["big 2", "empty 0", "folder/small 1"], manifest.Files.Select(file => $"{file.Path} {file.Blobs.Length}"));
        Assert.Equal(large.Length, manifest.Files[0].Size);
        Assert.Equal($"releases/1.0.0-{reference.Hash.Hex[..8]}/content.pack", manifest.Packs[0].Path.Value);
    }

    [Fact]
    public async Task One_bit_changed_is_another_file()
    {
        var reference = _publisher.Publish("1.0.0", ("file", "content"));
        var path = reference.Path.Under(_temp["server"]);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^3] ^= 4;
        await File.WriteAllBytesAsync(path, bytes);

        var failure = await Assert.ThrowsAsync<UntrustedException>(() => ReadAsync(reference));

        Assert.Contains("is not the file that version.ini's signature covers", failure.Message, StringComparison.Ordinal);
    }

    private async Task<ReleaseManifest> ReadAsync(ManifestReference reference)
    {
        await using var source = RemoteSources.Open(RemoteLocation.Parse(_temp["server"]), TransportTestOptions.Create());
        return await ManifestReader.ReadAsync(source, reference, CancellationToken.None);
    }
}
