using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Releases;
using NuGet.Versioning;

namespace AppUpdater.Tests.Staging;

/// <summary>Plans made by hand, for the stages that follow planning.</summary>
internal static class Plans
{
    internal static async Task<UpdatePlan> FetchingAllOfAsync(ScriptedSource source, string version = "2.0.0", params DiskNeed[] disk)
    {
        var fetch = new List<FileToFetch>();
        await foreach (var entry in source.ListAsync(null, _ => true, CancellationToken.None))
            fetch.Add(new FileToFetch(new ReleaseFile(entry.Path, entry.Path, entry.Size!.Value, entry.Modified), entry.Path, null, null));
        return Of(version, disk, [.. fetch.OrderBy(file => file.Target)]);
    }

    internal static UpdatePlan Of(string version, IEnumerable<DiskNeed> disk, params FileToFetch[] fetch)
    {
        var raw = System.Text.Encoding.UTF8.GetBytes($"[version]\nversion = {version}\n");
        var file = new VersionFile
        {
            Format = 1,
            App = "com.example.app",
            Version = NuGetVersion.Parse(version),
            Signed = new SignedBytes(raw.Length, []),
            Hash = ContentHash.Of(raw),
            Raw = [.. raw],
            Warnings = [],
        };
        var steps = new PlanSteps
        {
            Fetch = [.. fetch],
            Drop = [],
            FoldersToRemove = [],
            Unchanged = ImmutableSortedDictionary<RelativePath, InstalledFile>.Empty,
            Remarks = [],
            PeakDisk = [.. disk],
        };
        var local = new LocalSnapshot(
            null, null, ImmutableSortedDictionary<RelativePath, LocalFile>.Empty, ImmutableSortedSet<RelativePath>.Empty, ImmutableSortedSet<RelativePath>.Empty);
        return new UpdatePlan(new Release(file, [.. fetch.Select(one => one.File)], $"{version}-test"), local, steps);
    }
}
