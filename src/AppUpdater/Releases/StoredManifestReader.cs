using System.Collections.Immutable;
using System.Text.Json;

namespace AppUpdater.Releases;

/// <summary>
/// manifest.json, read from its first byte to its last, with nothing made but what it says. No field may come twice: two readers could take
/// different ones.
/// </summary>
internal static class StoredManifestReader
{
    private static readonly string[] Fields = ["format", "app", "version", "platform", "notes", "packs", "blobs", "files", "folders"];
    private static readonly string[] PackFields = ["path", "size"];
    private static readonly string[] BlobFields = ["sha256", "size", "pack", "offset", "stored", "brotli"];
    private static readonly string[] FileFields = ["path", "size", "sha256", "modified", "mode", "blobs"];

    /// <exception cref="JsonException">It is no JSON, has a field twice, or another kind of value than is written.</exception>
    internal static StoredManifest? Read(ReadOnlySpan<byte> bytes) => JsonFields.Read(bytes, Manifest);

    private static StoredManifest? Manifest(ref Utf8JsonReader json) => json.Object(
        new StoredManifest(),
        Fields,
        static (ref manifest, name, ref json) =>
        {
            switch (name)
            {
                case "format": manifest.Format = json.GetInt32(); break;
                case "app": manifest.App = json.GetString(); break;
                case "version": manifest.Version = json.GetString(); break;
                case "platform": manifest.Platform = json.GetString(); break;
                case "notes": manifest.Notes = json.GetString(); break;
                case "packs": manifest.Packs = json.List(Pack); break;
                case "blobs": manifest.Blobs = json.List(Blob); break;
                case "files": manifest.Files = json.List(File); break;
                case "folders": manifest.Folders = json.Texts(); break;
            }
        },
        Repeated.Refused);

    private static StoredPack? Pack(ref Utf8JsonReader json) => json.Object(
        new StoredPack(),
        PackFields,
        static (ref pack, name, ref json) =>
        {
            switch (name)
            {
                case "path": pack.Path = json.GetString(); break;
                case "size": pack.Size = json.GetInt64(); break;
            }
        },
        Repeated.Refused);

    private static StoredBlob? Blob(ref Utf8JsonReader json) => json.Object(
        new StoredBlob(),
        BlobFields,
        static (ref blob, name, ref json) =>
        {
            switch (name)
            {
                case "sha256": blob.Sha256 = json.GetString(); break;
                case "size": blob.Size = json.GetInt32(); break;
                case "pack": blob.Pack = json.GetInt32(); break;
                case "offset": blob.Offset = json.GetInt64(); break;
                case "stored": blob.Stored = json.GetInt32(); break;
                case "brotli": blob.Brotli = json.GetBoolean(); break;
            }
        },
        Repeated.Refused);

    private static StoredManifestFile? File(ref Utf8JsonReader json) => json.Object(
        new StoredManifestFile(),
        FileFields,
        static (ref file, name, ref json) =>
        {
            switch (name)
            {
                case "path": file.Path = json.GetString(); break;
                case "size": file.Size = json.GetInt64(); break;
                case "sha256": file.Sha256 = json.GetString(); break;
                case "modified": file.Modified = json.GetDateTime(); break;
                case "mode": file.Mode = json.TokenType == JsonTokenType.Null ? null : json.GetInt32(); break;
                case "blobs": file.Blobs = Numbers(ref json); break;
            }
        },
        Repeated.Refused);

    private static ImmutableArray<int> Numbers(ref Utf8JsonReader json)
    {
        json.Expect(JsonTokenType.StartArray);
        var numbers = new List<int>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            numbers.Add(json.GetInt32());
        return [.. numbers];
    }
}
