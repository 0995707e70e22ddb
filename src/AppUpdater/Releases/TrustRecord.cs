using System.Collections.Immutable;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Releases;

/// <summary>Why a release is not offered again.</summary>
internal enum RefusalReason { Undone, RolledBack }

/// <summary>A release that is not offered again unless forced, by its id.</summary>
internal sealed record RefusedRelease(string Release, string Version, RefusalReason Reason, DateTimeOffset At);

/// <summary>
/// The keys in force: those configured, or the last that keys/N.ini led to from there. <see cref="Configured"/> is the
/// <see cref="KeySet.Scope"/> of the configured ones: where others are configured, it all begins anew.
/// </summary>
internal sealed record KeysInForce(string Configured, KeySet Set);

/// <summary>The highest sequence seen in a channel, and the SHA-256 of the signed bytes that said so: another file of that sequence is none.</summary>
internal sealed record SeenSequence(string Channel, long Sequence, ContentHash Signed);

/// <summary>
/// What was seen under one set of keys (<see cref="KeySet.Scope"/>). A new set begins with nothing: what a stolen key signed, a sequence
/// or a time far ahead, would else keep out its owner for ever.
/// </summary>
internal sealed record SeenUnderKeys(string Scope, DateTimeOffset? NewestSigned, ImmutableArray<SeenSequence> Channels);

/// <summary>Where a signed pointer said that the releases have moved, and the url of dato.ini it was said of: another url forgets it.</summary>
internal sealed record MovedPlace(string Url, string From);

/// <summary>trust.json: what is remembered of releases, keys and places.</summary>
internal sealed record TrustRecord(ImmutableArray<RefusedRelease> Refused)
{
    /// <summary>Whether a release signed by trusted keys was ever seen: from then on, unsigned ones are refused.</summary>
    internal bool SignedSeen { get; init; }

    /// <summary>Random, never sent: with a version it is this install's place in the line of a rollout.</summary>
    internal string? LocalId { get; init; }

    internal KeysInForce? Keys { get; init; }

    internal ImmutableArray<SeenUnderKeys> Seen { get; init; } = [];

    internal MovedPlace? Moved { get; init; }

    /// <summary>What was seen under a set of keys; nothing where it was never met.</summary>
    internal SeenUnderKeys Under(KeySet set) => Seen.FirstOrDefault(seen => seen.Scope == set.Scope) ?? new SeenUnderKeys(set.Scope, null, []);

    /// <summary>The set in force where these are configured; null before it was looked for.</summary>
    internal KeySet? InForce(KeySet configured) => Keys is { } keys && keys.Configured == configured.Scope ? keys.Set : null;
}
