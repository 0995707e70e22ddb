using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NuGet.Versioning;

namespace AppUpdater.Releases;

/// <summary>Which installs see a version whose rollout is below 100. Nobody but the install can know its place: the id is random and never sent.</summary>
internal static class RolloutLine
{
    /// <summary>Last in line: where no id can be kept, a place that changed with every check would see every version sooner or later.</summary>
    private const int Last = 99;

    internal static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>0 to 99, another for each version: the same install is not always the first.</summary>
    internal static int PlaceOf(string? id, NuGetVersion version) => id is null
        ? Last
        : (int)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}\n{version.ToFullString()}"))) % 100);

    internal static bool Sees(string? id, VersionFile version) => PlaceOf(id, version.Version) < version.Rollout;
}
