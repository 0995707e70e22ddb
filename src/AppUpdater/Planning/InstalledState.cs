using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>What an install says of itself: the record, and the version by it or by a version.ini of this app; null where neither tells one.</summary>
internal sealed record InstalledState(InstalledRecord? Record, NuGetVersion? Version);
