using System.Collections.Immutable;
using System.Text.Json;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Releases;

/// <summary>trust.json as it is stored. Of earlier versions it has format and refused alone.</summary>
internal sealed record StoredTrust
{
    public int Format { get; set; }
    public IReadOnlyList<RefusedRelease>? Refused { get; set; }
    public bool SignedSeen { get; set; }
    public string? LocalId { get; set; }
    public StoredKeys? Keys { get; set; }
    public IReadOnlyList<StoredSeen?>? Seen { get; set; }
    public MovedPlace? Moved { get; set; }

    internal static StoredTrust Of(TrustRecord record) => new()
    {
        Format = 1,
        Refused = [.. record.Refused],
        SignedSeen = record.SignedSeen,
        LocalId = record.LocalId,
        Keys = record.Keys is { } keys ? StoredKeys.Of(keys) : null,
        Seen = record.Seen.IsEmpty ? null : [.. record.Seen.Select(StoredSeen.Of)],
        Moved = record.Moved,
    };

    /// <exception cref="JsonException">A part is missing or makes no sense.</exception>
    internal TrustRecord ToRecord()
    {
        if (this is not { Format: 1, Refused: { } refused } || refused.Any(release => release is not { Release: { }, Version: { } }))
            throw new JsonException("It has no format or no list of refused releases.");
        if (Moved is not null and not { Url: { }, From: { } })
            throw new JsonException("Where it moved is not whole.");
        return new TrustRecord([.. refused])
        {
            SignedSeen = SignedSeen,
            LocalId = LocalId,
            Keys = Keys?.ToRecord(),
            Seen = [.. (Seen ?? []).Select(seen => (seen ?? throw new JsonException("An entry is empty.")).ToRecord())],
            Moved = Moved,
        };
    }
}

/// <summary>Keys as SubjectPublicKeyInfo in base64.</summary>
internal sealed record StoredKeys
{
    public string? Configured { get; set; }
    public int Number { get; set; }
    public int Threshold { get; set; }
    public IReadOnlyList<byte[]?>? Keys { get; set; }
    public IReadOnlyList<byte[]?>? Recovery { get; set; }

    internal static StoredKeys Of(KeysInForce keys) => new()
    {
        Configured = keys.Configured,
        Number = keys.Set.Number,
        Threshold = keys.Set.Threshold,
        Keys = [.. keys.Set.Keys.Select(key => key.Info.ToArray())],
        Recovery = keys.Set.Recovery.IsEmpty ? null : [.. keys.Set.Recovery.Select(key => key.Info.ToArray())],
    };

    internal KeysInForce ToRecord()
    {
        var keys = (Keys ?? []).Select(Key).ToImmutableArray();
        return Configured is { Length: > 0 } && Number >= 0 && Threshold >= 1 && Threshold <= keys.Distinct().Count()
            ? new KeysInForce(Configured, new KeySet(Number, Threshold, keys, [.. (Recovery ?? []).Select(Key)]))
            : throw new JsonException("Its keys are not whole.");
    }

    private static PublicKey Key(byte[]? info) => PublicKey.TryParse(info, out var key) ? key : throw new JsonException("A key is none.");
}

internal sealed record StoredSeen
{
    public string? Keys { get; set; }
    public DateTimeOffset? NewestSigned { get; set; }
    public IReadOnlyList<StoredSequence?>? Channels { get; set; }

    internal static StoredSeen Of(SeenUnderKeys seen) => new()
    {
        Keys = seen.Scope,
        NewestSigned = seen.NewestSigned,
        Channels = [.. seen.Channels.Select(channel => new StoredSequence(channel.Channel, channel.Sequence, channel.Signed.Hex))],
    };

    internal SeenUnderKeys ToRecord() => new(
        Keys ?? throw new JsonException("What was seen has no keys."), NewestSigned?.ToUniversalTime(),
        [.. (Channels ?? []).Select(channel => channel is { Channel: { }, Sequence: >= 0 } && ContentHash.TryParse(channel.Sha256 ?? "", out var hash)
            ? new SeenSequence(channel.Channel, channel.Sequence, hash)
            : throw new JsonException("A sequence is not whole."))]);
}

/// <summary>Sha256: of the signed bytes.</summary>
internal sealed record StoredSequence(string? Channel, long Sequence, string? Sha256);
