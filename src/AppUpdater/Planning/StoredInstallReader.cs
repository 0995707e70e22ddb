using System.Globalization;
using System.Text.Json;

namespace AppUpdater.Planning;

/// <summary>
/// Takes installed.json apart by its elements. The serializer would do it in a line; but its metadata for numbers and times that may be absent
/// is made anew in each process, and took a sixth of a short run of the command line.
/// </summary>
internal static class StoredInstallReader
{
    private const int MaxDepth = 8;

    /// <exception cref="JsonException">It is no JSON, or has other kinds of values than are written.</exception>
    internal static StoredInstall Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.Read())
            throw new JsonException("Something follows the record.");
        try
        {
            return Install(document.RootElement);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException)
        {
            throw new JsonException(e.Message, e); // another kind of value, a number too large, a time that is none
        }
    }

    private static StoredInstall Install(JsonElement element) => new()
    {
        Format = Has(element, "format", out var format) ? format.GetInt32() : 0,
        App = Text(element, "app"),
        Version = Text(element, "version"),
        Sequence = Has(element, "sequence", out var sequence) ? sequence.GetInt64() : null,
        Release = Text(element, "release"),
        Manifest = Has(element, "manifest", out var manifest) ? Reference(manifest) : null,
        Files = Has(element, "files", out var files) ? List(files, File) : null,
        Folders = Has(element, "folders", out var folders) ? List(folders, folder => folder.GetString() ?? "") : null,
    };

    private static StoredReference Reference(JsonElement element) => new()
    {
        Path = Text(element, "path"),
        Size = Has(element, "size", out var size) ? size.GetInt64() : 0,
        Sha256 = Text(element, "sha256"),
    };

    private static StoredFile File(JsonElement element) => new()
    {
        Path = Text(element, "path"),
        Size = Has(element, "size", out var size) ? size.GetInt64() : 0,
        Modified = Has(element, "modified", out var modified) ? modified.GetDateTimeOffset() : null,
        Precision = Text(element, "precision") is { } precision ? TimeSpan.ParseExact(precision, "c", CultureInfo.InvariantCulture) : null,
        LocalModified = Has(element, "localModified", out var local) ? local.GetDateTimeOffset() : default,
        Sha256 = Text(element, "sha256"),
    };

    private static List<T> List<T>(JsonElement elements, Func<JsonElement, T> read)
    {
        var list = new List<T>(elements.GetArrayLength());
        foreach (var element in elements.EnumerateArray())
            list.Add(read(element));
        return list;
    }

    private static string? Text(JsonElement element, string name) => Has(element, name, out var found) ? found.GetString() : null;

    /// <summary>False where it is absent or null. Of several the last one counts, as ever.</summary>
    private static bool Has(JsonElement element, string name, out JsonElement found) =>
        element.TryGetProperty(name, out found) && found.ValueKind != JsonValueKind.Null;
}
