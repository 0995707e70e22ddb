using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Releases;
using AppUpdater.Settings;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// Started under its own name beside a dato.ini: updates the app, then starts it. Whatever fails or takes too long, the app is started all the
/// same. The swap is a copy's work, so that this file can itself be replaced.
/// </summary>
internal sealed class Launcher(string ownPath, string settingsFile, IReadOnlyList<string> args)
{
    /// <summary>Another instance of the app may run for hours: this one does not wait for its end.</summary>
    private static readonly TimeSpan SwapStartsWithin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StopsWithin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan JournalMovesWithin = TimeSpan.FromMilliseconds(300);

    private readonly LaunchScreen _screen = LaunchScreen.OfThisProcess();

    /// <exception cref="SettingsException">dato.ini does not say what to start, or says this launcher.</exception>
    internal async Task<int> RunAsync()
    {
        using var stop = new StopSignals();
        var target = LaunchTarget.Read(settingsFile, ownPath, Say);
        if (await FindAsync(target.Layout).ConfigureAwait(false) is { } earlier)
            return await SwapAsync(target, earlier, stop.Asked).ConfigureAwait(false);
        if (target.Settings is not { } settings)
            return await StartAsync(target, stop.Asked).ConfigureAwait(false);

        using var run = UpdateRun.Start(settingsFile, ownPath, settings.Update.CheckWithin);
        var waited = await new Waiting(_screen, Keys.TryOpen, TimeProvider.System).ForAsync(run, target.Limits, stop.Asked).ConfigureAwait(false);
        if (waited is not (WaitEnd.Over or WaitEnd.StageTooLong))
            await run.StopAsync(StopsWithin).ConfigureAwait(false);
        if (waited == WaitEnd.Stopped)
            return ExitCodes.Cancelled;
        if (waited == WaitEnd.Over && run.Done.IsCompletedSuccessfully && await run.Done.ConfigureAwait(false)
            && await FindAsync(target.Layout).ConfigureAwait(false) is { } staged)
            return await SwapAsync(target, staged, stop.Asked).ConfigureAwait(false);

        Explain(waited, run, settings.Update);
        if (IsHeldBack(run, settings.Update))
            return ExitCodes.Server;
        return waited == WaitEnd.StageTooLong
            ? await StartInFrontAsync(target, run, stop.Asked).ConfigureAwait(false)
            : await StartAsync(target, stop.Asked).ConfigureAwait(false);
    }

    /// <summary>The swap that has to be finished or applied before the app starts, or null.</summary>
    private async Task<FoundSwap?> FindAsync(InstallLayout layout)
    {
        var store = new SwapStore(DurableFiles.ForThisSystem(), layout);
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

    private async Task<int> SwapAsync(LaunchTarget target, FoundSwap swap, Task stop)
    {
        if (stop.IsCompleted)
            return ExitCodes.Cancelled;
        try
        {
            return await Successor.RunAsync(swap.Bootstrapper, Command(target, swap).ToArguments()).ConfigureAwait(false);
        }
        catch (InstallException e)
        {
            // Cut short of its bootstrapper it stays for later; or another one has finished and cleared it away since it was seen.
            var now = await FindAsync(target.Layout).ConfigureAwait(false);
            if (now is { State: SwapState.Applying or SwapState.Undoing })
                throw;
            if (now is not null)
                Say(e.Message);
            return await StartAsync(target, stop).ConfigureAwait(false);
        }
    }

    private async Task<int> StartAsync(LaunchTarget target, Task stop) => stop.IsCompleted
        ? ExitCodes.Cancelled
        : await Successor.RunAsync(target.Program, args).ConfigureAwait(false);

    /// <summary>As a child, on Unix too: the fetching goes on here. What is there when the app ends, is swapped in or gone on with at its next start.</summary>
    private async Task<int> StartInFrontAsync(LaunchTarget target, UpdateRun run, Task stop)
    {
        using var signals = new SignalRelay();
        if (stop.IsCompleted)
            return ExitCodes.Cancelled;
        using var app = AppProcess.Start(new AppStart(target.Program, [.. args], Environment.CurrentDirectory));
        signals.Target = app;
        var code = await app.Ended.ConfigureAwait(false);
        await run.StopAsync(StopsWithin).ConfigureAwait(false);
        return code;
    }

    private void Explain(WaitEnd waited, UpdateRun run, PolicySettings policy)
    {
        if (waited == WaitEnd.CheckTooLong)
            Say($"the server did not answer within {Amounts.Show(policy.CheckWithin)} (check_within).");
        else if (waited == WaitEnd.StageTooLong)
            _screen.Say($"{run.Offer!.Version.Version} is fetched while the app runs, and put in at its next start.");
        else if (waited == WaitEnd.Skipped)
            _screen.Say("The app is started without the update.");
        else if (run.Done.Exception?.InnerException is { } failure)
            Say(ExitCodes.For(failure) == ExitCodes.Defect ? $"a defect of the updater, {failure.GetType().Name}: {failure.Message}" : failure.Message);
    }

    private bool IsHeldBack(UpdateRun run, PolicySettings policy)
    {
        if (run.Offer is not { } offer)
            return false;
        var facts = new MinimumFacts
        {
            IsEnforced = policy.EnforceMinimum,
            IsSigned = false, // what was read so far is the word of whoever can write to the server
            Minimum = offer.Version.Minimum,
            Installed = offer.Installed,
        };
        var verdict = MinimumRule.Judge(facts);
        if (verdict == MinimumVerdict.StartUnsigned)
            _screen.Say($"The server names {facts.Minimum} as the least that may run. Nobody signed that, so it is not enforced.");
        else if (verdict == MinimumVerdict.HoldBack)
            _screen.Say($"{facts.Installed?.ToString() ?? "This version"} may not run any more: {facts.Minimum} is the least. Start it again when the update can be had.");
        return verdict == MinimumVerdict.HoldBack;
    }

    private BootstrapperCommand Command(LaunchTarget target, FoundSwap swap) => new()
    {
        Verb = swap.State == SwapState.Prepared ? BootstrapperVerb.Apply : BootstrapperVerb.Recover,
        Install = target.Layout.Root,
        Swap = swap.State == SwapState.Prepared ? swap.Header.Id : null,
        Run = target.Run,
        Launcher = OperatingSystem.IsWindows() ? ProcessIdentity.OfThisProcess() : null,
        WaitLimit = swap.State == SwapState.Prepared ? SwapStartsWithin : BootstrapperCommand.DefaultWaitLimit,
        Relaunch = true,
        Stay = true,
        WorkingDirectory = Environment.CurrentDirectory,
        Arguments = [.. args],
    };

    private void Say(string reason) => _screen.Say($"no update: {reason} The app is started as it is.");
}
