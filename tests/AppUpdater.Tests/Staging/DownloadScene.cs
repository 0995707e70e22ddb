using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Planning;
using AppUpdater.Staging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Staging;

/// <summary>A server in memory, an empty install, and the engine between them.</summary>
internal sealed class DownloadScene : IDisposable
{
    internal TempFolder Folder { get; } = new();

    internal ScriptedSource Source { get; } = new();

    internal List<UpdateProgress> Progress { get; } = [];

    internal DownloadEngine Engine(IDurableFiles? files = null) => new(
        Source, new InstallLayout(Folder.Root), new FileSystem(), files ?? DurableFiles.ForThisSystem(),
        new StagingOptions { Connections = 4, RetryDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, NullLogger.Instance);

    internal ProgressMeter Meter() => Meter(Progress.Add);

    internal static ProgressMeter Meter(Action<UpdateProgress> report) => new(new Handler(report), TimeProvider.System);

    internal Task<StagedFiles> FetchAsync(UpdatePlan plan, CancellationToken ct = default) => FetchAsync(Engine(), plan, Meter(), ct);

    internal static async Task<StagedFiles> FetchAsync(IFetchEngine engine, UpdatePlan plan, ProgressMeter meter, CancellationToken ct = default)
    {
        await using var fetched = await engine.FetchAsync(plan, meter, ct);
        return await fetched.OnDiskAsync();
    }

    internal static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Source.Dispose();
        Folder.Dispose();
    }

    private sealed class Handler(Action<UpdateProgress> report) : IProgress<UpdateProgress>
    {
        public void Report(UpdateProgress value) => report(value);
    }
}
