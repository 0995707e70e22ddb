using System.Globalization;
using System.Text.Json;

namespace AppUpdater.Releases;

/// <summary>Reads one value: it is called at its first token, and ends at its last.</summary>
internal delegate T JsonValue<out T>(ref Utf8JsonReader json);

/// <summary>Reads the value of one field, as <see cref="JsonValue{T}"/> does, into what is read.</summary>
internal delegate void JsonField<T>(ref T into, string name, ref Utf8JsonReader json);

/// <summary>What a field means that an object has twice.</summary>
internal enum Repeated { LastCounts, Refused }

/// <summary>
/// Reads and writes the updater's own JSON field by field, with the serializer's strictness. The serializer itself makes its metadata for
/// numbers, times and what may be absent anew in each process, which is a good part of a short run.
/// </summary>
internal static class JsonFields
{
    internal const int MaxDepth = 8;

    /// <exception cref="JsonException">It is no JSON, goes on after the value, is deeper than <see cref="MaxDepth"/>, or has another kind of value somewhere.</exception>
    internal static T Read<T>(ReadOnlySpan<byte> text, JsonValue<T> read)
    {
        var json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            json.Read();
            var value = read(ref json);
            json.Read(); // throws where anything follows
            return value;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"At byte {json.TokenStartIndex}: {e.Message}"), e);
        }
    }

    /// <summary>An object, or null. Fields of other names are passed over.</summary>
    /// <param name="json">At its first token.</param>
    /// <param name="into">It before anything is read.</param>
    /// <param name="names">Of its fields, at most 32, in the order in which they are written: then each is found at once.</param>
    /// <param name="field">Reads each of them.</param>
    /// <param name="repeated">What it means where one comes twice.</param>
    internal static T? Object<T>(
        this ref Utf8JsonReader json, T into, string[] names, JsonField<T> field, Repeated repeated = Repeated.LastCounts)
        where T : class
    {
        if (json.TokenType == JsonTokenType.Null)
            return null;
        json.Expect(JsonTokenType.StartObject);
        var (next, seen) = (0, 0u);
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var at = IndexOf(ref json, names, next);
            json.Read();
            if (at < 0)
            {
                json.Skip();
                continue;
            }

            if (repeated == Repeated.Refused && (seen & (1u << at)) != 0)
                throw new FormatException($"{names[at]} stands there twice.");
            seen |= 1u << at;
            next = at + 1;
            field(ref into, names[at], ref json);
        }

        return into;
    }

    /// <summary>A list, or null.</summary>
    internal static List<T>? List<T>(this ref Utf8JsonReader json, JsonValue<T> read)
    {
        if (json.TokenType == JsonTokenType.Null)
            return null;
        json.Expect(JsonTokenType.StartArray);
        var list = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            list.Add(read(ref json));
        return list;
    }

    internal static List<string?>? Texts(this ref Utf8JsonReader json) => json.List(static (ref json) => json.GetString());

    internal static DateTimeOffset? TimeOrNull(this ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : json.GetDateTimeOffset();

    /// <summary>A value of an enumeration, by its name in any case or its number.</summary>
    internal static object Choice(this ref Utf8JsonReader json, Type type)
    {
        var text = json.TokenType == JsonTokenType.Number ? json.GetInt32().ToString(CultureInfo.InvariantCulture) : json.GetString();
        return Enum.TryParse(type, text, ignoreCase: true, out var choice) ? choice : throw new FormatException($"There is no {type.Name} \"{text}\".");
    }

    internal static void Expect(this ref Utf8JsonReader json, JsonTokenType start)
    {
        if (json.TokenType != start)
            throw new FormatException($"{start} was expected, not {json.TokenType}.");
    }

    /// <summary>What is written, in lines of its own for each value.</summary>
    internal static byte[] Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        using var bytes = new PooledBytes();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
            write(json, value);
        return bytes.ToArray();
    }

    internal static void List<T>(this Utf8JsonWriter json, string name, IEnumerable<T> list, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in list)
            write(json, item);
        json.WriteEndArray();
    }

    internal static void Texts(this Utf8JsonWriter json, string name, IEnumerable<string?> texts) =>
        json.List(name, texts, static (json, text) => json.WriteStringValue(text));

    /// <summary>Nothing where it is null.</summary>
    internal static void TextIfAny(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    /// <summary>The name of an enumeration's value; the number of one that has none.</summary>
    internal static void Choice(this Utf8JsonWriter json, string name, Enum choice)
    {
        if (Enum.IsDefined(choice.GetType(), choice))
            json.WriteString(name, choice.ToString());
        else
            json.WriteNumber(name, Convert.ToInt32(choice, CultureInfo.InvariantCulture));
    }

    private static int IndexOf(ref Utf8JsonReader json, string[] names, int next)
    {
        for (var tried = 0; tried < names.Length; tried++)
        {
            var at = (next + tried) % names.Length;
            if (json.ValueTextEquals(names[at]))
                return at;
        }

        if (json.ValueIsEscaped)
            _ = json.GetString(); // half a surrogate is no text: refused even where nobody wants it
        return -1;
    }
}
