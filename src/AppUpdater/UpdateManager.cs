using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Staging;

namespace AppUpdater;

/// <summary>
/// The host's door: check, stage, apply. One instance serves one install; its methods are not meant to run at once.
/// </summary>
public sealed class UpdateManager : IAsyncDisposable
{
    private UpdateManager()
    {
    }

    /// <summary>
    /// First line of Main: marks this process as running from the install, tells what became of the last swap, and, where a swap lies
    /// unfinished, starts the bootstrapper and ends this process. Without an updater's folder beside the app it does next to nothing.
    /// </summary>
    /// <param name="args">The arguments of Main, given to the app again where the bootstrapper restarts it.</param>
    /// <param name="installDirectory">The install; null is the app's own folder.</param>
    public static StartupReport Startup(string[] args, string? installDirectory = null) => throw new NotSupportedException($"{args} {installDirectory}");

    /// <summary>Reads dato.ini. A relative path starts from the app's own folder.</summary>
    /// <exception cref="SettingsException">The file is missing or a key is wrong; the message names it.</exception>
    public static UpdateManager FromSettings(string path = "dato.ini", UpdateOptions? options = null) => throw new NotSupportedException($"{path} {options}");

    /// <summary>Asks the server. Null: nothing to do.</summary>
    public Task<UpdatePlan?> CheckAsync(CancellationToken ct = default) => CheckAsync(new CheckOptions(), ct);

    /// <summary>Asks the server, as far as <paramref name="options"/> say. Null: nothing to do.</summary>
    public Task<UpdatePlan?> CheckAsync(CheckOptions options, CancellationToken ct = default) => throw new NotSupportedException($"{options} {ct}");

    /// <summary>Fetches, verifies, backs up and prepares the swap; the app goes on running and nothing of it changes.</summary>
    public Task<StagedUpdate> StageAsync(UpdatePlan plan, IProgress<UpdateProgress>? progress = null, CancellationToken ct = default) =>
        throw new NotSupportedException($"{plan} {progress} {ct}");

    /// <summary>Prepares the way back to the version before, from the newest backup. Null: there is none.</summary>
    public Task<StagedUpdate?> StageRollbackAsync(IProgress<UpdateProgress>? progress = null, CancellationToken ct = default) =>
        throw new NotSupportedException($"{progress} {ct}");

    /// <summary>Starts the bootstrapper and ends this process; the app comes back with the same arguments and working directory.</summary>
    public void ApplyAndRelaunch(StagedUpdate staged) => throw new NotSupportedException($"{staged}");

    /// <summary>The bootstrapper waits for this process to end by itself, swaps, and starts nothing.</summary>
    public void ApplyOnExit(StagedUpdate staged) => throw new NotSupportedException($"{staged}");

    /// <summary>For a process that is not the app: swaps now, returns once committed, undone or left pending. <c>run</c> is started where set.</summary>
    public Task<SwapOutcome> ApplyAsync(StagedUpdate staged, CancellationToken ct = default) => throw new NotSupportedException($"{staged} {ct}");

    /// <summary>For a process that is not the app: finishes or undoes a swap that was cut off. Null: there was none.</summary>
    public Task<SwapOutcome?> RecoverAsync(CancellationToken ct = default) => throw new NotSupportedException($"{ct}");

    /// <summary>What is installed, pending and remembered; asks no server.</summary>
    public Task<InstallStatus> GetStatusAsync(CancellationToken ct = default) => throw new NotSupportedException($"{ct}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
