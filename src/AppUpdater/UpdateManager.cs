using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Staging;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater;

/// <summary>
/// The host's door: check, stage, apply. One instance serves one install; its methods are not meant to run at once.
/// </summary>
/// <remarks>
/// Every method that touches the server may throw <see cref="UnreachableException"/>, <see cref="MissingException"/> and
/// <see cref="UntrustedException"/>; every one that touches the install, <see cref="InstallException"/>.
/// </remarks>
public sealed partial class UpdateManager : IAsyncDisposable
{
    private readonly InstallEnvironment _install;
    private readonly UpdateOptions _options;
    private readonly RemoteChoice _places;
    private readonly SwapStore _store;
    private readonly OutcomeFile _outcomes;
    private UpdateCheck? _lastCheck;
    private InstallLock? _lock;

    internal UpdateManager(InstallEnvironment install, UpdateOptions options, RemoteChoice places)
    {
        (_install, _options, _places) = (install, options, places);
        _store = new SwapStore(install.Files, install.Layout);
        _outcomes = new OutcomeFile(install.Layout, install.Files, install.Log);
    }

    /// <summary>
    /// First line of Main: marks this process as running from the install, tells what became of the last swap, and, where a swap lies
    /// unfinished, starts the bootstrapper and ends this process. Without an updater's folder beside the app it does next to nothing.
    /// </summary>
    /// <param name="args">The arguments of Main, given to the app again where the bootstrapper restarts it.</param>
    /// <param name="installDirectory">The install; null is the app's own folder.</param>
    public static StartupReport Startup(string[] args, string? installDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(installDirectory ?? AppContext.BaseDirectory));
        return QuietStart.Look(root) ?? HostStartup.Run(args, root);
    }

    /// <summary>Reads dato.ini; connects to nothing. A relative path starts from the app's own folder.</summary>
    /// <exception cref="SettingsException">The file is missing or a key is wrong; the message names it.</exception>
    public static UpdateManager FromSettings(string path = "dato.ini", UpdateOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new UpdateOptions();
        if (options.HostExitWithin < TimeSpan.FromSeconds(1) || options.HostExitWithin > TimeSpan.FromHours(1))
            throw new ArgumentOutOfRangeException(nameof(options), $"{nameof(UpdateOptions.HostExitWithin)} must be between 1 s and 1 h.");
        if (options.TrustedKeys is { } keys)
            ConfiguredKeys.RequireValid(keys);
        var fileSystem = new FileSystem();
        var settings = UpdateSettingsReader.Read(fileSystem, Path.GetFullPath(path, AppContext.BaseDirectory));
        var layout = new InstallLayout(Path.TrimEndingDirectorySeparator(settings.Install.Directory));
        var files = DurableFiles.ForThisSystem();
        var log = options.Logger == NullLogger.Instance && fileSystem.Directory.Exists(layout.Own)
            ? new EventLog(layout, files, options.Clock)
            : options.Logger;
        foreach (var warning in settings.Warnings)
            log.LogWarning("{Warning}", warning);

        var transport = new TransportOptions
        {
            Server = settings.Server,
            Connections = settings.Update.Connections,
            Rate = new ByteRate(settings.Update.Rate, options.Clock),
            Limits = new ServerLimits(options.Clock, new ServerLimitsFile(layout.Servers, files, log)),
            Clock = options.Clock,
            Log = log,
        };
        var install = new InstallEnvironment(settings, layout, fileSystem, files, options.Clock, log)
        {
            HostKeys = options.TrustedKeys,
            HeldBack = Environment.GetEnvironmentVariable(HeldBack.Variable),
            BootstrapperBytes = new BootstrapperLocator(layout, files, options.Bootstrapper).Length(),
        };

        // Errors in a URL are the settings' errors, and shown with them.
        return new UpdateManager(install, options, RemoteChoice.Of(transport));
    }

    /// <summary>Asks the server. Null: nothing to do.</summary>
    public Task<UpdatePlan?> CheckAsync(CancellationToken ct = default) => CheckAsync(new CheckOptions(), ct);

    /// <summary>Asks the server, as far as <paramref name="options"/> say. Null: nothing to do.</summary>
    public async Task<UpdatePlan?> CheckAsync(CheckOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var check = _lastCheck = new UpdateCheck(_install, _places, options);
        try
        {
            return await OnDiskAsync(() => check.RunAsync(ct)).ConfigureAwait(false);
        }
        catch (UnreachableException)
        {
            // A source remembers a refused login and tries no other. The next check, hours later, is to ask anew.
            await _places.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Fetches, verifies, backs up and prepares the swap; the app goes on running and nothing of it changes. Waits for an earlier update's
    /// probation to end. Cancelled or failed, what was fetched is kept for the next time.
    /// </summary>
    /// <exception cref="InstallException">Another updater is at work, the disk is full or read-only, or the bootstrapper is missing.</exception>
    public async Task<StagedUpdate> StageAsync(UpdatePlan plan, IProgress<UpdateProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        await TakeLockAsync(ct).ConfigureAwait(false);
        try
        {
            var options = StagingOptions.Of(_install.Settings.Update);
            var engine = new FetchByRelease(
                new DownloadEngine(_places.Current, _install.Layout, _install.FileSystem, _install.Files, options, _install.Clock, _install.Log),
                new PackEngine(_places.Current, _install.Layout, _install.FileSystem, _install.Files, options, _install.Clock, _install.Log)
                {
                    OtherPlaces = _places.Others,
                });
            var rounds = new StagingRounds(engine, MakerOf(plan), options, _install.Clock, _install.Log);
            return await OnDiskAsync(() => Stager().StageAsync(plan, rounds, new ProgressMeter(progress, _install.Clock), ct)).ConfigureAwait(false);
        }
        catch
        {
            ReleaseLock();
            throw;
        }
    }

    /// <summary>
    /// Prepares the way back to the version before, from the newest backup. Null: there is none. Once it is applied, the release that was
    /// left is not offered again unless forced.
    /// </summary>
    /// <exception cref="UntrustedException">The backup is damaged.</exception>
    public async Task<StagedUpdate?> StageRollbackAsync(IProgress<UpdateProgress>? progress = null, CancellationToken ct = default)
    {
        await TakeLockAsync(ct).ConfigureAwait(false);
        StagedUpdate? staged = null;
        try
        {
            var record = new InstalledStateReader(_install).Read().Record;
            var meter = new ProgressMeter(progress, _install.Clock);
            return staged = await Task.Run(() => Stager().StageRollback(record, meter, ct), ct).ConfigureAwait(false);
        }
        finally
        {
            if (staged is null)
                ReleaseLock();
        }
    }

    /// <summary>
    /// Starts the bootstrapper and ends this process; the app comes back with the same arguments and working directory. With
    /// <c>relaunch = supervisor</c> the process only ends, and the swap is made when it is started again.
    /// </summary>
    public void ApplyAndRelaunch(StagedUpdate staged)
    {
        ArgumentNullException.ThrowIfNull(staged);
        ReleaseLock();
        HandOver().AfterThisProcess(staged, relaunch: true, Environment.GetCommandLineArgs()[1..]);
        Environment.Exit(ExitCodes.Done);
    }

    /// <summary>The bootstrapper waits for this process to end by itself, swaps, and starts nothing.</summary>
    public void ApplyOnExit(StagedUpdate staged)
    {
        ArgumentNullException.ThrowIfNull(staged);
        ReleaseLock();
        HandOver().AfterThisProcess(staged, relaunch: false, []);
    }

    /// <summary>
    /// For a process that is not the app: swaps now, returns once committed, undone or left pending. <c>run</c> is started where set.
    /// Cancelling ends the waiting only, and only until the swap has begun.
    /// </summary>
    public Task<SwapOutcome> ApplyAsync(StagedUpdate staged, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(staged);
        ReleaseLock();
        return HandOver().NowAsync(staged, ct);
    }

    /// <summary>For a process that is not the app: finishes or undoes a swap that was cut off. Null: there was none.</summary>
    public Task<SwapOutcome?> RecoverAsync(CancellationToken ct = default) => OnDiskAsync(() => Earlier().RecoverAsync(ct));

    /// <summary>What is installed, pending and remembered; asks no server.</summary>
    public Task<InstallStatus> GetStatusAsync(CancellationToken ct = default) =>
        OnDiskAsync(() => Task.Run(() => new StatusReader(_install, _store, _outcomes).Read(), ct));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ReleaseLock();
        await _places.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TakeLockAsync(CancellationToken ct) => _lock ??= await Earlier().SettleAsync(ct).ConfigureAwait(false);

    // The bootstrapper takes it next.
    private void ReleaseLock()
    {
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>A host catches one kind of exception: what the disk refused where nobody expected it is told in that kind, too.</summary>
    private async Task<T> OnDiskAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"A file of \"{_install.Layout.Root}\" can't be read or written: {failure.Message}", failure);
        }
    }

    private EarlierSwap Earlier() => new(_install, _store, _outcomes);

    private UpdateStager Stager() => new(_install, _store, new BootstrapperLocator(_install.Layout, _install.Files, _options.Bootstrapper));

    private SwapHandOver HandOver() => new(_install, _store, _outcomes, _options.HostExitWithin);
}
