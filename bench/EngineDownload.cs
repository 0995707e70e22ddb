using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Staging;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using NuGet.Versioning;

namespace AppUpdater.Bench;

/// <summary>The download engine alone: lists the tree and fetches all of it into an empty install's staging folder.</summary>
internal static class EngineDownload
{
    internal static async Task<TimeSpan> RunAsync(Uri url, int connections, string into, CancellationToken ct)
    {
        Directory.CreateDirectory(into);
        var started = Stopwatch.GetTimestamp();
        var options = new TransportOptions
        {
            Server = new ServerSettings { Url = url.ToString() },
            Connections = connections,
            Log = NullLogger.Instance,
        };
        var source = RemoteSources.Open(RemoteLocation.Parse(url.ToString()), options);
        await using (source)
        {
            var plan = Plan(await source.ListAsync(null, _ => true, ct).ToListAsync(ct));
            var engine = new DownloadEngine(
                source, new InstallLayout(into), new FileSystem(), DurableFiles.ForThisSystem(),
                new StagingOptions { Connections = connections }, TimeProvider.System, NullLogger.Instance);
            await using var fetched = await engine.FetchAsync(plan, new ProgressMeter(null, TimeProvider.System), ct);
            var staged = await fetched.OnDiskAsync();
            if (staged.BytesFetched != plan.BytesToFetch)
                throw new InvalidOperationException($"{staged.BytesFetched} bytes travelled, not {plan.BytesToFetch}.");
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static UpdatePlan Plan(List<RemoteEntry> entries)
    {
        var version = new VersionFile
        {
            Format = 1,
            App = "com.example.bench",
            Version = NuGetVersion.Parse("1.0.0"),
            Signed = new SignedBytes(0, []),
            Hash = ContentHash.Of([]),
            Raw = [],
            Warnings = [],
        };
        var release = new PlainReleaseBuilder(version, []).Build(entries);
        var nothing = new LocalSnapshot(null, null, ImmutableSortedDictionary<RelativePath, LocalFile>.Empty, [], []);
        return new UpdatePlan(release, nothing, new PlanSteps
        {
            Fetch = [.. release.Files.Select(file => new FileToFetch(file, file.Path, null, null))],
            Drop = [],
            FoldersToRemove = [],
            Unchanged = ImmutableSortedDictionary<RelativePath, InstalledFile>.Empty,
            Remarks = [],
            PeakDisk = [],
        });
    }
}
