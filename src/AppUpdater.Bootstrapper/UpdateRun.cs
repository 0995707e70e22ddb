using AppUpdater.Planning;
using AppUpdater.Staging;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>Check and staging at work, while somebody else decides how long the app waits for them. Cut off, it goes on at its byte next time.</summary>
internal sealed class UpdateRun : IUpdateRun, IProgress<UpdateProgress>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _settingsFile;
    private readonly string _bootstrapper;
    private readonly TimeSpan _checkWithin;
    private readonly ILogger _log;
    private volatile Offer? _offer;
    private volatile UpdateProgress? _progress;

    private UpdateRun(string settingsFile, string bootstrapper, TimeSpan checkWithin, ILogger log) =>
        (_settingsFile, _bootstrapper, _checkWithin, _log) = (settingsFile, bootstrapper, checkWithin, log);

    public required Task<bool> Done { get; init; }

    public Offer? Offer => _offer;

    public UpdateProgress? Progress => _progress;

    internal static UpdateRun Start(string settingsFile, string bootstrapper, TimeSpan checkWithin, ILogger log)
    {
        var begin = new TaskCompletionSource();
        UpdateRun? run = null;

        // On the pool: a folder on a dead network drive, or a name server, blocks the thread that asks.
        var done = Task.Run(async () =>
        {
            await begin.Task.ConfigureAwait(false);
            return await run!.UpdateAsync().ConfigureAwait(false);
        });
        run = new UpdateRun(settingsFile, bootstrapper, checkWithin, log) { Done = done };
        begin.SetResult();
        return run;
    }

    public void Report(UpdateProgress value) => _progress = value;

    /// <summary>Ends it, and waits for that as long as a user may be made to wait: what does not end by then ends with this process.</summary>
    internal async Task StopAsync(TimeSpan atMost)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(Done, Task.Delay(atMost)).ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();

    private async Task<bool> UpdateAsync()
    {
        var updater = UpdateManager.FromSettings(_settingsFile, new UpdateOptions { Bootstrapper = _bootstrapper, Logger = _log });
        await using (updater.ConfigureAwait(false))
        {
            var options = new CheckOptions { Within = _checkWithin, Offered = offer => _offer = offer };
            if (await updater.CheckAsync(options, _stop.Token).ConfigureAwait(false) is not { } plan)
                return false;
            await updater.StageAsync(plan, this, _stop.Token).ConfigureAwait(false);
            return true;
        }
    }
}
