using System.Globalization;
using System.Text.Json;

namespace AppUpdater.Transport.Http;

/// <summary>nginx's folder index with <c>autoindex_format json</c>: an array of name, type, mtime and size.</summary>
internal static class JsonIndex
{
    /// <summary>Null where the text is not such an index.</summary>
    internal static List<HttpIndexEntry>? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                return null;
            var entries = new List<HttpIndexEntry>();
            foreach (var element in document.RootElement.EnumerateArray())
            {
                if (Entry(element) is not { } entry)
                    return null;
                entries.Add(entry);
            }

            return entries;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter where a name is not UTF-8, or half a surrogate.
            return null;
        }
    }

    private static HttpIndexEntry? Entry(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || Text(element, "name") is not { } name || Text(element, "type") is not { } type)
            return null;
        var kind = type switch { "file" => RemoteEntryKind.File, "directory" => RemoteEntryKind.Directory, _ => RemoteEntryKind.Other };
        long? size = element.TryGetProperty("size", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var bytes) && bytes >= 0
            ? bytes
            : null;
        DateTimeOffset? modified = Text(element, "mtime") is { } time
            && DateTimeOffset.TryParseExact(time, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? parsed
            : null;
        return new HttpIndexEntry(name, kind, size, modified);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
