using AppUpdater.Releases;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>What the server has that is new here. Installed: null where no version is known.</summary>
internal sealed record Offer(VersionFile Version, NuGetVersion? Installed)
{
    /// <summary>Whether keys that this install trusts have signed <see cref="Version"/>.</summary>
    internal bool IsSigned { get; init; }
}
