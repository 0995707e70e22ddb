using System.Collections.Immutable;

namespace AppUpdater.Releases;

/// <summary>Why a release is not offered again.</summary>
internal enum RefusalReason { Undone, RolledBack }

/// <summary>A release that is not offered again unless forced, by its id.</summary>
internal sealed record RefusedRelease(string Release, string Version, RefusalReason Reason, DateTimeOffset At);

/// <summary>trust.json: what is remembered of releases. Keys and sequences join it with signed releases.</summary>
internal sealed record TrustRecord(ImmutableArray<RefusedRelease> Refused);
