using System.Runtime.InteropServices;
using AppUpdater.Bench;

if ((HostStart.Probe(args) ?? await MirrorCompare.ProbeAsync(args, CancellationToken.None)) is { } probed)
{
    Console.WriteLine(probed);
    return 0;
}

// dotnet run -c Release --project bench [-- check listing tree memory download link throughput swap recovery startup verify publish]
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

// Servers and links are taken down on the way out.
using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});

try
{
    var parts = new (string Name, Func<CancellationToken, Task> Run)[]
    {
        ("check", UpToDateCheck.RunAsync), ("listing", ListingAllocation.RunAsync), ("tree", LargeTree.RunAsync), ("memory", PeakMemory.RunAsync),
        ("download", DownloadRace.RunAsync), ("link", LinkRace.RunAsync), ("throughput", Throughput.RunAsync),
        ("swap", SwapRace.RunAsync), ("recovery", SwapRace.RecoverAsync), ("startup", HostStart.RunAsync),
        ("verify", VerifyRace.RunAsync), ("publish", PublishRace.RunAsync),
        ("mirror-pull", MirrorRace.PullAsync), ("mirror-push", MirrorRace.PushAsync), ("mirror-compare", MirrorCompare.RunAsync),
        ("install-link", InstallLink.RunAsync),
    };
    foreach (var part in parts.Where(part => args.Length == 0 || args.Contains(part.Name)))
        await part.Run(stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
