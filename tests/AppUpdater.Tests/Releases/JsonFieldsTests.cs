using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Releases;

public class JsonFieldsTests
{
    private const string Manifest =
        """
        {"format":1,"app":"a","version":"1.0","platform":"any","notes":"n","packs":[{"path":"p","size":9},{"size":2}],"blobs":[{"sha256":"00","size":3,
        "pack":1,"offset":5,"stored":2,"brotli":true}],"files":[{"path":"f","size":3,"sha256":"00","modified":"2026-11-21T12:00:00Z","mode":493,"blobs":[0,1]}],
        "folders":["e"]}
        """;

    private const string Trust =
        """
        {"format":1,"refused":[{"release":"r","version":"1.0","reason":"RolledBack","at":"2026-11-21T12:00:00+00:00"}],"signedSeen":true,"localId":"l","keys":{
        "configured":"c","number":2,"threshold":1,"keys":["AAEC"],"recovery":["AA=="]},"seen":[{"keys":"k","newestSigned":"2026-11-21T12:00:00Z","channels":[
        {"channel":"stable","sequence":7,"sha256":"00"}]}],"moved":{"url":"u","from":"f"}}
        """;

    private const string Install =
        """
        {"format":1,"app":"a","version":"1.0","sequence":7,"release":"r","manifest":{"path":"m","size":5,"sha256":"00"},"files":[{"path":"f","size":3,
        "modified":"2026-11-21T12:00:00Z","precision":"00:01:00","localModified":"2026-11-21T12:00:00Z","sha256":"00"}],"folders":["e"]}
        """;

    private const string Outcome =
        """
        {"result":"Undone","from":"1.0","to":"2.0","reason":"why","at":"2026-11-21T12:00:00+00:00","swap":"s","applied":"2026-11-21T12:00:00Z","starts":3,
        "kept":["k"],"earlier":[{"result":"Confirmed","from":"0.9","to":"1.0","at":"2026-11-20T12:00:00Z"}]}
        """;

    [Fact]
    public void Manifests_are_taken_and_refused_as_the_serializer_did() =>
        RequireSame(Manifest, bytes => StoredManifestReader.Read(bytes), ManifestContext.Default.StoredManifest);

    [Fact]
    public void What_is_trusted_is_taken_and_refused_as_the_serializer_did() =>
        RequireSame(Trust, bytes => StoredTrustJson.Read(bytes), RecordContext.Default.StoredTrust);

    [Fact]
    public void What_is_installed_is_taken_and_refused_as_the_serializer_did() =>
        RequireSame(Install, bytes => StoredInstallJson.Read(bytes), RecordContext.Default.StoredInstall);

    [Fact]
    public void Outcomes_are_taken_and_refused_as_the_serializer_did() =>
        RequireSame(Outcome, bytes => StoredOutcomeJson.Read(bytes), OutcomeContext.Default.StoredOutcome, fromStream: true);

    [Fact]
    public void A_manifest_takes_no_more_memory_than_the_serializer_took()
    {
        var hash = new string('a', 64);
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new StoredManifest
            {
                Format = 1,
                Blobs = [.. Enumerable.Range(0, 10_000).Select(_ => new StoredBlob { Sha256 = hash, Size = 5, Stored = 5 })],
                Files = [.. Enumerable.Range(0, 10_000).Select(at => new StoredManifestFile { Path = $"folder/{at}", Size = 5, Sha256 = hash, Mode = 420, Blobs = [at] })],
            },
            ManifestContext.Default.StoredManifest);

        var serializer = Allocated(() => JsonSerializer.Deserialize(json, ManifestContext.Default.StoredManifest));
        var fields = Allocated(() => StoredManifestReader.Read(json));

        Assert.InRange(fields, 10_000 * 300, serializer);
    }

    private static long Allocated(Func<StoredManifest?> read)
    {
        _ = read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10_000, read()!.Files!.Count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void RequireSame<T>(string text, Func<byte[], T?> read, JsonTypeInfo<T> serializer, bool fromStream = false)
        where T : class
    {
        var taken = new HashSet<string>();
        foreach (var bytes in OddJson.Around(text))
        {
            var expected = Outcomes(() => fromStream ? JsonSerializer.Deserialize(new MemoryStream(bytes), serializer) : JsonSerializer.Deserialize(bytes, serializer));
            var found = Outcomes(() => read(bytes));
            Assert.True(expected == found, $"{Encoding.UTF8.GetString(bytes)}\nExpected: {expected}\nFound: {found}");
            taken.Add(found);
        }

        Assert.InRange(taken.Count, 100, int.MaxValue); // the texts differ in what they say, not only in what is wrong with them

        string Outcomes(Func<T?> from)
        {
            try
            {
                return JsonSerializer.Serialize(from()!, serializer);
            }
            catch (JsonException)
            {
                return "refused";
            }
        }
    }
}
