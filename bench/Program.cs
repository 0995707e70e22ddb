using AppUpdater.Bench;

// dotnet run -c Release --project bench
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

try
{
    await UpToDateCheck.RunAsync(stop.Token);
    await PeakMemory.RunAsync(stop.Token);
    await DownloadRace.RunAsync(stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
