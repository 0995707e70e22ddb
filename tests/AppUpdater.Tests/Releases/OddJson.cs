using System.Text;
using System.Text.Json;

namespace AppUpdater.Tests.Releases;

/// <summary>Texts that are almost a given one: each value in turn another, each field gone, twice or otherwise spelled, each byte gone or wrong.</summary>
internal static class OddJson
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "7", "01", "1.0", "1.5", "1e0", "1e1", "2147483648", "-2147483649", "9223372036854775808",
        "99999999999999999999", "\"\"", "\"1\"", "\" 1\"", "\"AA==\"", "\"A\"", "\"\\u0041\\u0041==\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"a\\tb\"",
        "\"undone\"", "\" Undone \"", "\"Undone,RolledBack\"", "\"Confirmed\"", "\"Bored\"", "\"+1\"", "\"99999999999\"",
        "\"2020-02-30T00:00:00Z\"", "\"2020-01-01\"", "\"2020-01-01T00:00:00\"", "\"2020-01-01T00:00:00.1234567+01:00\"", "\"2020-01-01T00:00:00\\u005a\"",
        "\"2020-01-01 00:00:00Z\"", "\"1\\u002e00:00:00\"", "\"24:00:00\"", "\"1:2:3\"", "\"1:00\"", "\" 00:01:00\"", "\"00:01:00 \"", "\"\\t00:01:00\"", "\"-00:00:01\"",
        "\"+00:00:01\"", "\"00:00:00.12345678\"", "\"10675199.02:48:05.4775808\"", "[]", "[null]", "[1]", "[1,null]", "[1.5]", "[\"a\"]", "[[]]", "[{}]", "[{},]", "[1",
        "{}", "{\"a\":1,\"a\":1}", "{\"a\":{\"a\":[{\"a\":[{\"a\":[{\"a\":1}]}]}]}}", "[[[[[[[[1]]]]]]]]", "/**/1", "1//", "'a'", "NaN", "", ",", "\"a",
    ];

    internal static IEnumerable<byte[]> Around(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var (values, fields) = Places(bytes);
        IEnumerable<string> whole =
        [
            "", " ", "null", "{}", "[]", "1", "\uFEFF", "\uFEFF" + text, " \t\r\n" + text + " \n", text + "{}", text + ",", text + "\0", text + "//", "/**/" + text,
            .. values.SelectMany(range => Values.Select(value => text[..range.Start] + value + text[range.End..])),
            .. fields.SelectMany(range => Fields(text[range]).Select(field => text[..range.Start] + field + text[range.End..])),
        ];
        return
        [
            bytes,
            .. whole.Select(Encoding.UTF8.GetBytes),
            .. Enumerable.Range(0, bytes.Length).Select(length => bytes[..length]),
            .. Enumerable.Range(0, bytes.Length).SelectMany(at => "\0 \"\\{}[],:0aé\u00FF"u8.ToArray().Append((byte)0xFF).Select(wrong => With(bytes, at, wrong))),
        ];
    }

    /// <summary>A field and its value: twice, as an unknown one, with other letters, with escapes, with half a surrogate.</summary>
    private static IEnumerable<string> Fields(string field)
    {
        var name = field[1..field.IndexOf('"', 1)];
        var value = field[(name.Length + 2)..];
        return
        [
            $"{field},{field}", $"{field},\"{name}\":null", $"\"{name}\":null,{field}", $"{field},\"\\u{(int)name[0]:x4}{name[1..]}\"{value}", $"\"x\":1,\"x\":2,{field}",
            $"\"x\"{value}", $"\"{char.ToUpperInvariant(name[0])}{name[1..]}\"{value}", $"\"\\u{(int)name[0]:x4}{name[1..]}\"{value}", $"\"\\ud800\"{value}",
            $"\"{name}\\ud800\"{value}", $"\"$id\":\"1\",{field}", $"\"$type\":\"x\",{field}", $"\"$ref\":\"1\",{field}", $"\"\":0,{field}", $"\"{name}\"", $"{field},",
        ];
    }

    private static byte[] With(byte[] bytes, int at, byte wrong)
    {
        var copy = (byte[])bytes.Clone();
        copy[at] = wrong;
        return copy;
    }

    /// <summary>Where values, and fields with their values, begin and end. The text is ASCII, with no escapes.</summary>
    private static (List<Range> Values, List<Range> Fields) Places(byte[] bytes)
    {
        var (values, fields) = (new List<Range>(), new List<Range>());
        var reader = new Utf8JsonReader(bytes);
        var name = -1;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = (int)reader.TokenStartIndex;
            }
            else if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
            {
                var start = (int)reader.TokenStartIndex;
                var whole = reader;
                whole.Skip();
                values.Add(start..(int)whole.BytesConsumed);
                if (name >= 0)
                    fields.Add(name..(int)whole.BytesConsumed);
                name = -1;
            }
        }

        return (values, fields);
    }
}
