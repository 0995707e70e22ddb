using System.IO.Abstractions;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Releases;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// Remembers in trust.json that a release failed here or was rolled back from, so that it is not offered again. Called with the lock held.
/// </summary>
internal sealed class BadReleases(Workbench bench)
{
    /// <summary>Null, or what to say where it can't be remembered.</summary>
    internal string? Remember(SwapHeader header) =>
        Try("That it failed", () => Refuse(header.Release, header.To, RefusalReason.Undone));

    /// <summary>
    /// Before a rollback's first change, whoever begins it: cut off behind it, the release that is left would be offered at the next check.
    /// </summary>
    internal void RememberLeft() => _ = Try("That it was rolled back from", () =>
    {
        if (InstalledRecordFile.Load(new FileSystem(), bench.Layout.InstalledRecord) is { } left)
            Refuse(left.Release, left.Version.ToNormalizedString(), RefusalReason.RolledBack);
    });

    private void Refuse(string release, string version, RefusalReason reason) => new TrustStore(bench.Layout, bench.Files)
        .Change(trust => trust.With(new RefusedRelease(release, version, reason, bench.Clock.GetUtcNow())));

    private string? Try(string what, Action remember)
    {
        try
        {
            remember();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UpdateException)
        {
            // A working app comes before a good memory: the way back is gone on with.
            var problem = $"{what} can't be remembered in {bench.Layout.Trust} ({e.Message}), so it may be offered again.";
            bench.Say(problem);
            return problem;
        }
    }
}
