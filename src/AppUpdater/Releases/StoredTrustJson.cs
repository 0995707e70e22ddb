using System.Text.Json;

namespace AppUpdater.Releases;

/// <summary>trust.json's fields, read and written.</summary>
internal static class StoredTrustJson
{
    private static readonly string[] Fields = ["format", "refused", "signedSeen", "localId", "keys", "seen", "moved"];
    private static readonly string[] RefusedFields = ["release", "version", "reason", "at"];
    private static readonly string[] KeysFields = ["configured", "number", "threshold", "keys", "recovery"];
    private static readonly string[] SeenFields = ["keys", "newestSigned", "channels"];
    private static readonly string[] ChannelFields = ["channel", "sequence", "sha256"];
    private static readonly string[] MovedFields = ["url", "from"];

    /// <exception cref="JsonException">It is no JSON, or has another kind of value than is written.</exception>
    internal static StoredTrust? Read(ReadOnlySpan<byte> bytes) => JsonFields.Read(bytes, Trust);

    internal static byte[] Write(StoredTrust trust) => JsonFields.Write(trust, Trust);

    private static StoredTrust? Trust(ref Utf8JsonReader json) => json.Object(
        new StoredTrust(),
        Fields,
        static (ref trust, name, ref json) =>
        {
            switch (name)
            {
                case "format": trust.Format = json.GetInt32(); break;
                case "refused": trust.Refused = json.List(Refused)!; break;
                case "signedSeen": trust.SignedSeen = json.GetBoolean(); break;
                case "localId": trust.LocalId = json.GetString(); break;
                case "keys": trust.Keys = Keys(ref json); break;
                case "seen": trust.Seen = json.List(Seen); break;
                case "moved": trust.Moved = Moved(ref json); break;
            }
        });

    // What may be missing in these two is missing in what is read, as the serializer has it; StoredTrust.ToRecord looks.
    private static RefusedRelease? Refused(ref Utf8JsonReader json) => json.Object(
        new RefusedRelease(null!, null!, default, default),
        RefusedFields,
        static (ref refused, name, ref json) => refused = name switch
        {
            "release" => refused with { Release = json.GetString()! },
            "version" => refused with { Version = json.GetString()! },
            "reason" => refused with { Reason = (RefusalReason)json.Choice(typeof(RefusalReason)) },
            _ => refused with { At = json.GetDateTimeOffset() },
        });

    private static MovedPlace? Moved(ref Utf8JsonReader json) => json.Object(
        new MovedPlace(null!, null!),
        MovedFields,
        static (ref moved, name, ref json) => moved = name == "url" ? moved with { Url = json.GetString()! } : moved with { From = json.GetString()! });

    private static StoredKeys? Keys(ref Utf8JsonReader json) => json.Object(
        new StoredKeys(),
        KeysFields,
        static (ref keys, name, ref json) =>
        {
            switch (name)
            {
                case "configured": keys.Configured = json.GetString(); break;
                case "number": keys.Number = json.GetInt32(); break;
                case "threshold": keys.Threshold = json.GetInt32(); break;
                case "keys": keys.Keys = json.List(Bytes); break;
                case "recovery": keys.Recovery = json.List(Bytes); break;
            }
        });

    private static byte[]? Bytes(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Null ? null : json.GetBytesFromBase64();

    private static StoredSeen? Seen(ref Utf8JsonReader json) => json.Object(
        new StoredSeen(),
        SeenFields,
        static (ref seen, name, ref json) =>
        {
            switch (name)
            {
                case "keys": seen.Keys = json.GetString(); break;
                case "newestSigned": seen.NewestSigned = json.TimeOrNull(); break;
                case "channels": seen.Channels = json.List(Channel); break;
            }
        });

    private static StoredSequence? Channel(ref Utf8JsonReader json) => json.Object(
        new StoredSequence(null, 0, null),
        ChannelFields,
        static (ref channel, name, ref json) => channel = name switch
        {
            "channel" => channel with { Channel = json.GetString() },
            "sequence" => channel with { Sequence = json.GetInt64() },
            _ => channel with { Sha256 = json.GetString() },
        });

    private static void Trust(Utf8JsonWriter json, StoredTrust trust)
    {
        json.WriteStartObject();
        json.WriteNumber("format", trust.Format);
        json.List("refused", trust.Refused ?? [], Refused);
        json.WriteBoolean("signedSeen", trust.SignedSeen);
        json.TextIfAny("localId", trust.LocalId);
        if (trust.Keys is { } keys)
            Keys(json, keys);
        if (trust.Seen is { } seen)
            json.List("seen", seen, Seen);
        if (trust.Moved is { } moved)
        {
            json.WriteStartObject("moved");
            json.TextIfAny("url", moved.Url);
            json.TextIfAny("from", moved.From);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Refused(Utf8JsonWriter json, RefusedRelease refused)
    {
        json.WriteStartObject();
        json.TextIfAny("release", refused.Release);
        json.TextIfAny("version", refused.Version);
        json.Choice("reason", refused.Reason);
        json.WriteString("at", refused.At);
        json.WriteEndObject();
    }

    private static void Keys(Utf8JsonWriter json, StoredKeys keys)
    {
        json.WriteStartObject("keys");
        json.TextIfAny("configured", keys.Configured);
        json.WriteNumber("number", keys.Number);
        json.WriteNumber("threshold", keys.Threshold);
        if (keys.Keys is { } infos)
            json.List("keys", infos, static (json, key) => json.WriteBase64StringValue(key));
        if (keys.Recovery is { } recovery)
            json.List("recovery", recovery, static (json, key) => json.WriteBase64StringValue(key));
        json.WriteEndObject();
    }

    private static void Seen(Utf8JsonWriter json, StoredSeen? seen)
    {
        json.WriteStartObject();
        json.TextIfAny("keys", seen!.Keys);
        if (seen.NewestSigned is { } newest)
            json.WriteString("newestSigned", newest);
        if (seen.Channels is { } channels)
            json.List("channels", channels, Channel);
        json.WriteEndObject();
    }

    private static void Channel(Utf8JsonWriter json, StoredSequence? channel)
    {
        json.WriteStartObject();
        json.TextIfAny("channel", channel!.Channel);
        json.WriteNumber("sequence", channel.Sequence);
        json.TextIfAny("sha256", channel.Sha256);
        json.WriteEndObject();
    }
}
