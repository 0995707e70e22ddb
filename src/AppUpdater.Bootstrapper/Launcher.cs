using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// Started under its own name beside a dato.ini: updates the app, then starts it. Whatever fails or takes too long, the app is started all the
/// same. The swap is a copy's work, so that this file can itself be replaced.
/// </summary>
internal sealed class Launcher
{
    /// <summary>Another instance of the app may run for hours: this one does not wait for its end.</summary>
    private static readonly TimeSpan SwapStartsWithin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StopsWithin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan JournalMovesWithin = TimeSpan.FromMilliseconds(300);

    private readonly LaunchScreen _screen = LaunchScreen.OfThisProcess();
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();
    private readonly LaunchTarget _target;
    private readonly string _settingsFile;
    private readonly string _ownPath;
    private readonly IReadOnlyList<string> _args;

    /// <exception cref="SettingsException">dato.ini does not say what to start, or says this launcher.</exception>
    internal Launcher(string ownPath, string settingsFile, IReadOnlyList<string> args)
    {
        (_ownPath, _settingsFile, _args) = (ownPath, settingsFile, args);
        _target = LaunchTarget.Read(settingsFile, ownPath);
    }

    /// <summary>Made by an update; a launcher alone leaves no folder. What can't be written there was said on the screen.</summary>
    private ILogger Log => Directory.Exists(_target.Layout.Own) ? new EventLog(_target.Layout, _files, TimeProvider.System, _ => { }) : NullLogger.Instance;

    internal async Task<int> RunAsync()
    {
        using var stop = new StopSignals();
        if (_target.Problem is { } problem)
            Say(problem);
        var earlier = await FindAsync().ConfigureAwait(false);
        if (earlier is not null && (_target.Settings is null || !IsLeft(earlier)))
            return await SwapAsync(earlier, stop.Asked).ConfigureAwait(false);
        if (_target.Settings is not { } settings)
            return await StartAsync(stop.Asked).ConfigureAwait(false);

        using var run = UpdateRun.Start(_settingsFile, _ownPath, settings.Update.CheckWithin, Log);
        var waited = await new Waiting(_screen, Keys.TryOpen, TimeProvider.System).ForAsync(run, _target.Limits, stop.Asked).ConfigureAwait(false);
        if (waited is not (WaitEnd.Over or WaitEnd.StageTooLong))
            await run.StopAsync(StopsWithin).ConfigureAwait(false);
        if (waited == WaitEnd.Stopped)
            return ExitCodes.Cancelled;
        if (CanApply(waited, run, earlier) && await FindAsync().ConfigureAwait(false) is { } staged)
        {
            NoteFailure(run);
            return await SwapAsync(staged, stop.Asked).ConfigureAwait(false);
        }

        var verdict = Judge(run, settings.Update);
        Explain(waited, run, settings.Update, verdict);
        if (verdict == MinimumVerdict.HoldBack)
            return run.Done.Exception?.InnerException is { } failure ? ExitCodes.For(failure) : ExitCodes.Server;
        return waited == WaitEnd.StageTooLong
            ? await StartInFrontAsync(run, stop.Asked).ConfigureAwait(false)
            : await StartAsync(stop.Asked).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether a pending swap could not be applied at an earlier start. The server is asked before it is tried again: it must not keep out what
    /// is newer, or lies there anew.
    /// </summary>
    private bool IsLeft(FoundSwap swap) =>
        swap.State == SwapState.Prepared
        && (!HasBootstrapper(swap) || new OutcomeFile(_target.Layout, _files, NullLogger.Instance).IsLeftPending(swap.Header.Id));

    /// <summary>What was fetched now; or, where the server has nothing to say, what lay there before.</summary>
    private static bool CanApply(WaitEnd waited, UpdateRun run, FoundSwap? earlier) =>
        (waited == WaitEnd.Over && run.Done is { IsCompletedSuccessfully: true, Result: true })
        || (earlier is not null && waited is WaitEnd.Over or WaitEnd.CheckTooLong);

    private bool HasBootstrapper(FoundSwap swap) => new SpareBootstrapper(_files, _target.Layout).TryPutBack(swap, _ownPath);

    /// <summary>The swap that has to be finished or applied before the app starts, or null.</summary>
    private async Task<FoundSwap?> FindAsync()
    {
        var store = new SwapStore(_files, _target.Layout);
        string? obstacle = null;
        FoundSwap? Look()
        {
            try
            {
                obstacle = null;
                return store.Find();
            }
            catch (Exception e) when (e is UpdateException or IOException or UnauthorizedAccessException)
            {
                obstacle = e.Message;
                return null;
            }
        }

        // Read without the lock: where another works on it, a journal can look like two for a moment.
        FoundSwap? found = null;
        await Polling.UntilAsync(() => (found = Look()) is not null || obstacle is null, JournalMovesWithin, TimeProvider.System, default).ConfigureAwait(false);
        if (obstacle is not null)
            Say(obstacle);
        return found;
    }

    private async Task<int> SwapAsync(FoundSwap swap, Task stop)
    {
        if (stop.IsCompleted)
            return ExitCodes.Cancelled;
        try
        {
            HasBootstrapper(swap);
            return await Successor.RunAsync(swap.Bootstrapper, Command(swap).ToArguments()).ConfigureAwait(false);
        }
        catch (InstallException e)
        {
            // Cut short of its bootstrapper it stays for later; or another one has finished and cleared it away since it was seen.
            var now = await FindAsync().ConfigureAwait(false);
            if (now is { State: SwapState.Applying or SwapState.Undoing })
                throw;
            if (now is not null)
                Say(e.Message);
            return await StartAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task<int> StartAsync(Task stop) => stop.IsCompleted
        ? ExitCodes.Cancelled
        : await Successor.RunAsync(_target.Program, _args).ConfigureAwait(false);

    /// <summary>As a child, on Unix too: the fetching goes on here. What is there when the app ends, is swapped in or gone on with at its next start.</summary>
    private async Task<int> StartInFrontAsync(UpdateRun run, Task stop)
    {
        using var signals = new SignalRelay();
        if (stop.IsCompleted)
            return ExitCodes.Cancelled;
        using var app = AppProcess.Start(new AppStart(_target.Program, [.. _args], Environment.CurrentDirectory));
        signals.Follow(app);
        if (await Task.WhenAny(run.Done, app.Ended).ConfigureAwait(false) == run.Done)
            NoteFailure(run);
        var code = await app.Ended.ConfigureAwait(false);
        await run.StopAsync(StopsWithin).ConfigureAwait(false);
        return code;
    }

    private void Explain(WaitEnd waited, UpdateRun run, PolicySettings policy, MinimumVerdict verdict)
    {
        if (verdict == MinimumVerdict.StartUnsigned)
            _screen.Say($"The server names {run.Offer!.Version.Minimum} as the least that may run. Nobody signed that, so it is not enforced.");
        if (verdict == MinimumVerdict.HoldBack)
            HoldBack(run.Offer!, Failure(run) ?? "it could not be had in time.");
        else if (waited == WaitEnd.CheckTooLong)
            Say($"the server did not answer within {Amounts.Show(policy.CheckWithin)} (check_within).");
        else if (waited == WaitEnd.StageTooLong)
            _screen.Say($"{run.Offer!.Version.Version} is fetched while the app runs, and put in at its next start.");
        else if (waited == WaitEnd.Skipped)
            _screen.Say("The app is started without the update.");
        else if (Failure(run) is { } failure)
            Say(failure);
    }

    private void HoldBack(Offer offer, string reason)
    {
        var held = $"{offer.Installed?.ToString() ?? "This version"} may not run any more: {offer.Version.Minimum} is the least. Start it again when the update can be had.";
        _screen.Say($"no update: {reason} {held}");
        Log.LogWarning("The launcher does not start the app: {Reason} {Held}", reason, held);
    }

    /// <summary>For the log alone: the screen is the app's, or an update comes all the same.</summary>
    private void NoteFailure(UpdateRun run)
    {
        if (Failure(run) is { } failure)
            Log.LogWarning("No newer update: {Reason}", failure);
    }

    /// <summary>Why the update did not come; null where it did, or was ended.</summary>
    private static string? Failure(UpdateRun run) => run.Done.Exception?.InnerException switch
    {
        null => null,
        var failure when ExitCodes.For(failure) == ExitCodes.Defect => $"a defect of the updater, {failure.GetType().Name}: {failure.Message}",
        var failure => failure.Message,
    };

    private static MinimumVerdict Judge(UpdateRun run, PolicySettings policy) => run.Offer is not { } offer ? MinimumVerdict.Start : MinimumRule.Judge(new MinimumFacts
    {
        IsEnforced = policy.EnforceMinimum,
        IsSigned = offer.IsSigned,
        Minimum = offer.Version.Minimum,
        Installed = offer.Installed,
    });

    private BootstrapperCommand Command(FoundSwap swap) => new()
    {
        Verb = swap.State == SwapState.Prepared ? BootstrapperVerb.Apply : BootstrapperVerb.Recover,
        Install = _target.Layout.Root,
        Swap = swap.State == SwapState.Prepared ? swap.Header.Id : null,
        Run = _target.Run,
        Launcher = OperatingSystem.IsWindows() ? ProcessIdentity.OfThisProcess() : null,
        WaitLimit = swap.State == SwapState.Prepared ? SwapStartsWithin : BootstrapperCommand.DefaultWaitLimit,
        Relaunch = true,
        Stay = true,
        WorkingDirectory = Environment.CurrentDirectory,
        Arguments = [.. _args],
    };

    private void Say(string reason)
    {
        _screen.Say($"no update: {reason} The app is started as it is.");
        Log.LogWarning("The launcher starts the app as it is: {Reason}", reason);
    }
}
