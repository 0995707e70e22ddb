using System.Collections.Immutable;
using AppUpdater.Releases;

namespace AppUpdater.Planning;

/// <summary>Makes the record that an update leaves behind. Pure.</summary>
internal static class NextRecord
{
    /// <param name="plan">The plan that was staged.</param>
    /// <param name="staged">What was fetched, by <see cref="FileToFetch.Target"/>: every target of the plan, no other.</param>
    internal static InstalledRecord Of(UpdatePlan plan, IReadOnlyDictionary<RelativePath, InstalledFile> staged)
    {
        var version = plan.Release.Version;
        var fetched = plan.Steps.Fetch.Select(file => KeyValuePair.Create(file.Target, staged[file.Target]));
        return new InstalledRecord
        {
            App = version.App,
            Version = version.Version,
            Sequence = plan.Release.Manifest is null ? null : version.Sequence, // a plain tree's counts nothing
            Release = plan.Release.Id,
            Manifest = plan.Release.Manifest is null ? null : version.Manifest,
            Files = plan.Steps.Unchanged.SetItems(fetched),
            Folders = Folders(plan),
        };
    }

    // Ours are the folders that an earlier update made and those that this one has to make.
    private static ImmutableSortedSet<RelativePath> Folders(UpdatePlan plan)
    {
        var made = plan.Steps.Fetch.SelectMany(file => file.Target.Folders())
            .Concat(plan.Steps.FoldersToCreate.SelectMany(folder => folder.Folders().Prepend(folder)))
            .Where(folder => !plan.Local.ExistingFolders.Contains(folder));
        var before = (plan.Local.Record?.Folders ?? []).Select(folder => plan.Local.Aliases.GetValueOrDefault(folder, folder));
        return [.. before.Concat(made).Except(plan.Steps.FoldersToRemove)];
    }
}
