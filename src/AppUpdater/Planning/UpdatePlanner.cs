using AppUpdater.Releases;
using AppUpdater.Settings;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>Makes plans. Pure: data in, data out.</summary>
internal static class UpdatePlanner
{
    /// <summary>
    /// Whether a release is worth listing. An install whose version is not known is older than any.
    /// </summary>
    internal static bool IsNewer(VersionFile offered, NuGetVersion? installed) =>
        installed is null || offered.Version > installed;

    /// <summary>
    /// What leads from the install to the release, or null where nothing does: no file differs, and the version is the installed one.
    /// </summary>
    /// <exception cref="UntrustedException">The release lacks what <c>run</c> starts.</exception>
    /// <exception cref="InstallException">Something that does not make way lies where the release needs to put one.</exception>
    internal static UpdatePlan? Plan(Release release, LocalSnapshot local, InstallSettings install, PlanScope scope)
    {
        RequireEntry(release, local, install, scope);
        var draft = new PlanDraft(local, scope);
        var recorded = new RecordedFiles(local, release);
        var files = new ReleaseFileRules(draft, release, install, recorded);
        foreach (var file in release.Files)
            files.Decide(file);
        foreach (var folder in release.EmptyFolders)
            files.Decide(folder);
        var removals = new RemovalRules(draft, install, recorded);
        foreach (var path in recorded.Left)
            removals.Decide(path);
        new RoomRules(draft, release, install).Require();
        var steps = draft.Finish();
        if (release.Manifest is { } manifest)
            steps = steps with { Content = ContentPlan.Of(manifest, steps.Fetch, local, scope) };
        var isNothing = steps.Fetch.IsEmpty && steps.Drop.IsEmpty && steps.FoldersToCreate.IsEmpty && IsRecorded(release, local);
        return isNothing ? null : new UpdatePlan(release, local, steps, scope.IsRepair);
    }

    // A signed release is known by its manifest: another one with the same files is still to be recorded as what is installed.
    private static bool IsRecorded(Release release, LocalSnapshot local) =>
        local.Version is { } installed && installed == release.Version.Version
        && (release.Version.Manifest is not { } manifest || local.Record?.Manifest?.Hash == manifest.Hash);

    private static void RequireEntry(Release release, LocalSnapshot local, InstallSettings install, PlanScope scope)
    {
        if (install.Run is not { } run)
            return;
        var names = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        bool Is(RelativePath path) => string.Equals(path.Value, run.Value, names);
        if (release.Files.Any(file => Is(file.Path)))
            return;
        var isOurs = local.Record?.Files.Keys.Any(Is) ?? false;
        if (isOurs || !(scope.RunIsThere || local.Files.Keys.Any(Is)))
        {
            throw new UntrustedException(
                $"Release {release.Version.Version} does not contain {run}, which [install] run in dato.ini starts. "
                + "Publish it with that file, or correct run.");
        }
    }
}
