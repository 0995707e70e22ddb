using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using NuGet.Versioning;

namespace AppUpdater.Releases;

/// <summary>One <c>map</c> entry: files of a server folder (below root) go to another folder of the install.</summary>
internal sealed record FolderMapping(RelativePath From, RelativePath To);

/// <summary>version.ini, typed. <see cref="Hash"/> is over its raw bytes.</summary>
internal sealed record VersionFile
{
    internal required int Format { get; init; }
    internal required string App { get; init; }
    internal required NuGetVersion Version { get; init; }
    internal string Platform { get; init; } = "any";
    internal DateTimeOffset? Published { get; init; }
    internal long? Sequence { get; init; }
    internal DateTimeOffset? Expires { get; init; }
    internal NuGetVersion? Minimum { get; init; }

    /// <summary>Percent of installs that see this version, 0 to 100.</summary>
    internal int Rollout { get; init; } = 100;

    internal string? Notes { get; init; }
    internal string? Moved { get; init; }

    /// <summary>The server folder that mirrors the install; null is the location itself.</summary>
    internal RelativePath? Root { get; init; }

    internal ImmutableArray<string> Exclude { get; init; } = [];
    internal ImmutableArray<FolderMapping> Map { get; init; } = [];

    /// <summary>Named where this is the pointer of a signed release; see <see cref="Signed"/>.</summary>
    internal ManifestReference? Manifest { get; init; }

    /// <summary>The channel it is the pointer of; a signed one always names it.</summary>
    internal string? Channel { get; init; }

    /// <summary>Where its signed bytes end, and the lines behind them. That there are any says nothing before <see cref="KeySet.Signs"/>.</summary>
    internal required SignedBytes Signed { get; init; }

    internal bool IsSigned => Signed.IsSigned;

    internal required ContentHash Hash { get; init; }

    internal required ImmutableArray<byte> Raw { get; init; }

    internal required ImmutableArray<string> Warnings { get; init; }
}
